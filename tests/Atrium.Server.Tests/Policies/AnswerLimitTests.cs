using System.Net;
using Atrium.Server.Tests.Gateway;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Policies;

/// <summary>The most tokens of an answer, at the gateway.</summary>
public sealed class AnswerLimitTests(PolicyScene scene) : IClassFixture<PolicyScene>
{
    private static readonly object[] Turns = [new { role = "user", content = "hi" }];

    [Fact]
    public async Task A_call_that_asks_for_more_is_refused_and_one_that_names_no_number_gets_the_limit()
    {
        await using var upstream = new ScriptedUpstream
        {
            Says = ["""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""],
        };
        await upstream.StartAsync();
        var connection = $"{scene.Hub}/connections/upstream";
        Assert.Equal(HttpStatusCode.OK, (await scene.Owner.CallAsync("PUT", connection + PolicyScene.Ml, new
        {
            properties = new { category = "OpenAI", authType = "ApiKey", isSharedToAll = true, target = $"{upstream.Address}/v1", credentials = new { key = "k" } },
        })).Status);
        var deployed = await scene.Owner.CallAsync("PUT", $"{scene.Project}/deployments/chat{PolicyScene.Ml}", new { properties = new { model = new { format = "OpenAI", name = "m", source = connection } } });
        Assert.True((int)deployed.Status < 300, deployed.ToString());
        var key = (string)(await scene.Owner.CallAsync("POST", $"{scene.Project}/listApiKeys{PolicyScene.Ml}")).Body["key1"]!;

        Assert.Equal(HttpStatusCode.OK, (await ChatAsync(key, new { model = "chat", messages = Turns, max_tokens = 5000 })).Status);
        await using (await scene.AssignAsync(scene.Hub, PolicyScene.AnswerTokens, new { maxTokens = new { value = 100 } }))
        await using (await scene.AssignAsync(scene.Project, PolicyScene.AnswerTokens, new { maxTokens = new { value = 300 } }))
        {
            foreach (var asked in new object[] { new { model = "chat", messages = Turns, max_tokens = 101 }, new { model = "chat", messages = Turns, max_completion_tokens = 400 } })
            {
                var refused = await ChatAsync(key, asked);
                Assert.Equal((HttpStatusCode.Forbidden, "RequestDisallowedByPolicy"), (refused.Status, refused.ErrorCode));
                Assert.Contains("at most 100", (string)refused.Body["error"]!["message"]!, StringComparison.Ordinal);
            }

            var before = upstream.Asked.Count;
            Assert.Equal(HttpStatusCode.OK, (await ChatAsync(key, new { model = "chat", messages = Turns, max_tokens = 100 })).Status);
            Assert.Equal(HttpStatusCode.OK, (await ChatAsync(key, new { model = "chat", messages = Turns, temperature = 0.5 })).Status);
            Assert.Equal((before + 2, 100, 0.5), (upstream.Asked.Count, (int)upstream.Last["max_tokens"]!, (double)upstream.Last["temperature"]!));
            var response = await scene.Server.Client.CallAsync("POST", "/openai/v1/responses", new { model = "chat", input = "hi", max_output_tokens = 500 }, ("api-key", key));
            Assert.Contains("max_output_tokens", response.ToString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden, response.Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await ChatAsync(key, new { model = "chat", messages = Turns, max_tokens = 5000 })).Status);
    }

    private Task<Answer> ChatAsync(string key, object body) => scene.Server.Client.CallAsync("POST", "/openai/v1/chat/completions", body, ("api-key", key));
}
