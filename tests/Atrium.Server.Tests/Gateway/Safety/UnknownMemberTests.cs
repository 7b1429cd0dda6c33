using System.Net;
using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Gateway.Safety;

/// <summary>What Content Safety does not know is refused by its name in every operation, not left out.</summary>
public sealed class UnknownMemberTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    [Theory]
    [InlineData("text:analyze", """{"text":"a","category":["Hate"]}""", "category")]
    [InlineData("text:analyze", """{"text":"a","incidents":{}}""", "incidents")]
    [InlineData("text:shieldPrompt", """{"userPrompt":"a","document":["b"]}""", "document")]
    [InlineData("text:detectJailbreak", """{"text":"a","userPrompt":"b"}""", "userPrompt")]
    [InlineData("text:detectProtectedMaterial", """{"text":"a","code":"b"}""", "code")]
    [InlineData("text:analyzeCustomCategory", """{"text":"a","categoryName":"x","versions":1}""", "versions")]
    [InlineData("text/blocklists/words:addOrUpdateBlocklistItems", """{"blocklistItems":[{"text":"a","regex":true}]}""", "blocklistItems[0].regex")]
    [InlineData("text/blocklists/words:removeBlocklistItems", """{"blocklistItemIds":["11111111-1111-1111-1111-111111111111"],"items":[]}""", "items")]
    [InlineData("image:analyze", """{"image":{"content":"AAAA"},"outputtype":"x"}""", "outputtype")]
    [InlineData("image:analyze", """{"image":{"url":"https://x"}}""", "image.url")]
    [InlineData("text:detectGroundedness", """{"text":"a","groundingSources":["b"],"llmResource":{"azureOpenAIDeploymentName":"far"},"reason":true}""", "reason")]
    [InlineData("text:detectGroundedness", """{"text":"a","groundingSources":["b"],"llmResource":{"azureOpenAIDeploymentName":"far","model":"x"}}""", "llmResource.model")]
    [InlineData("text:detectGroundedness", """{"text":"a","groundingSources":["b"],"llmResource":{"azureOpenAIDeploymentName":"far","resourceType":"Other"}}""", "llmResource.resourceType")]
    [InlineData("text:detectGroundedness", """{"text":"a","groundingSources":["b"],"llmResource":{"azureOpenAIDeploymentName":"far"},"qna":{"query":"Why?"}}""", "qna")]
    public async Task It_is_told_by_name(string operation, string body, string field)
    {
        var refused = await scene.PostAsync($"/contentsafety/{operation}?api-version=2024-09-15-preview", JsonNode.Parse(body)!);
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused.Body["error"]!["target"]));
    }

    [Fact]
    public async Task A_medical_text_is_judged_as_one()
    {
        scene.Upstream.Says = ["""{"choices":[{"index":0,"delta":{"content":"{\"ungrounded\":[]}"},"finish_reason":"stop"}]}"""];
        await scene.PostAsync("/contentsafety/text:detectGroundedness?api-version=2024-09-15-preview", new { text = "a", groundingSources = new[] { "b" }, domain = "Medical", llmResource = new { azureOpenAIDeploymentName = "far" } });
        Assert.Contains("medicine", (string?)scene.Upstream.Last["messages"]![0]!["content"], StringComparison.Ordinal);
    }
}
