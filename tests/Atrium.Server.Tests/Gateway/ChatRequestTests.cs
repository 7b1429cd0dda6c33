using System.Text.Json;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Tests.Gateway;

public sealed class ChatRequestTests
{
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}],"data_sources":[{"type":"azure_search"}]}""", 501)]
    [InlineData("""{"messages":[{"role":"robot","content":"hi"}],"data_sources":[{"type":"azure_search"}]}""", 400)]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function"}]}""", 400)]
    public void What_the_hub_does_not_have_is_501_and_what_the_request_has_wrong_is_400(string body, int status)
    {
        using var document = JsonDocument.Parse(body);
        Assert.Equal(status, Assert.Throws<ApiException>(() => ChatRequest.Read(document.RootElement, generates: false)).Status);
    }

    [Fact]
    public void An_empty_list_of_data_sources_asks_for_nothing()
    {
        using var document = JsonDocument.Parse("""{"messages":[{"role":"user","content":"hi"}],"data_sources":[]}""");
        Assert.Single(ChatRequest.Read(document.RootElement, generates: false).Prompt.Turns);
    }
}
