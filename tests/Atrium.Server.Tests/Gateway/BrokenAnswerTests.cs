using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Gateway;

/// <summary>What fails within the server once an answer has begun.</summary>
public sealed class BrokenAnswerTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string First = "data: {}\n\n";

    [Fact]
    public async Task A_failure_in_the_midst_of_events_ends_them_with_an_error_that_the_log_explains()
    {
        var (context, body) = await RunAsync(isBegun: true);
        var text = Encoding.UTF8.GetString(body.ToArray());
        Assert.StartsWith(First + "data: {\"error\":", text, StringComparison.Ordinal);
        var error = JsonNode.Parse(text[(First.Length + "data: ".Length)..])!["error"]!;
        Assert.Equal(("InternalServerError", "server_error"), ((string?)error["code"], (string?)error["type"]));
        Assert.Contains(context.Response.Headers["x-ms-correlation-request-id"].ToString(), (string?)error["message"], StringComparison.Ordinal);
        Assert.DoesNotContain("/var/secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_failure_before_an_answer_is_left_to_who_writes_errors() => Assert.ThrowsAsync<IOException>(() => RunAsync(isBegun: false));

    private async Task<(HttpContext Context, MemoryStream Body)> RunAsync(bool isBegun)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scene.Hub.Services };
        context.Response.Body = body;
        var app = new ApplicationBuilder(scene.Hub.Services);
        app.UseCorrelationIds();
        app.Run(_ => scene.Hub.Services.GetRequiredService<GatewayPipeline>().RunAsync(context, GatewayOperation.Chat, AnswerAsync, _ => ValueTask.CompletedTask, CancellationToken.None));
        await app.Build()(context);
        return (context, body);

        async Task AnswerAsync(GatewayCall call, CancellationToken cancellationToken)
        {
            if (isBegun)
            {
                Events.Begin(call.Http.Response);
                await call.Http.Response.WriteAsync(First, cancellationToken);
            }

            throw new IOException("/var/secret cannot be read.");
        }
    }
}
