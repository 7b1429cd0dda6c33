using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>Web hooks of transcriptions, with a receiver of the test's own.</summary>
public sealed class SpeechHookTests(HearingScene scene) : IClassFixture<HearingScene>, IAsyncLifetime
{
    private const string Hooks = "/speechtotext/v3.2/webhooks";
    private const string V32 = "/speechtotext/v3.2/transcriptions";
    private readonly ConcurrentQueue<(string Event, string Self, string Signature, byte[] Body, string? StatusThen)> told = [];
    private readonly ConcurrentQueue<string> challenged = [];
    private LocalWeb web = null!;
    private Func<HttpContext, string, Task<string>> agrees = (_, token) => Task.FromResult(token);
    private string key = "";
    private int failures;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Address => web.Address;

    public async ValueTask InitializeAsync()
    {
        web = await LocalWeb.StartAsync(ReceiveAsync);
        (_, key) = await scene.AddProjectAsync($"hook-{Guid.NewGuid():N}"[..20]);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    [Fact]
    public async Task Whoever_agreed_is_told_of_a_transcription_from_its_beginning_to_its_end()
    {
        var hook = await HookAsync(new { transcriptionCreation = true, transcriptionProcessing = true, transcriptionCompletion = true, transcriptionDeletion = true }, "a secret");
        Assert.Equal(("Succeeded", "v3.2", $"{Address}/told"), ((string?)hook["status"], (string?)hook["properties"]!["apiVersion"], (string?)hook["webUrl"]));
        Assert.DoesNotContain("a secret", hook.ToJsonString(), StringComparison.Ordinal);
        failures = 1;
        var made = await CallAsync("POST", V32, new { contentUrls = new[] { Address + "/nothing.wav" }, locale = "en-US", displayName = "n" });
        var self = (string)made.Body["self"]!;
        await UntilAsync(() => told.Any(call => call.Event == "TranscriptionCompletion"));
        Assert.Equal("Failed", told.Single(call => call.Event == "TranscriptionCompletion").StatusThen);
        await CallAsync("DELETE", self);
        await UntilAsync(() => told.Count >= 4);
        Assert.Equal(["TranscriptionCompletion", "TranscriptionCreation", "TranscriptionDeletion", "TranscriptionProcessing"], told.Select(call => call.Event).Order());
        Assert.All(told, call => Assert.Equal(self, call.Self));
        Assert.All(told, call => Assert.Equal(Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes("a secret"), call.Body)), call.Signature));
        Assert.True(failures < 0, "One call had failed and was made again.");
    }

    [Fact]
    public async Task Who_does_not_agree_or_did_not_ask_is_not_told()
    {
        agrees = (_, _) => Task.FromResult("something else");
        var refused = await HookAsync(new { transcriptionCompletion = true }, null);
        Assert.Equal(("Failed", "InvalidWebHook"), ((string?)refused["status"], (string?)refused["properties"]!["error"]!["code"]));
        agrees = (_, token) => Task.FromResult(token);
        var other = await HookAsync(new { transcriptionDeletion = true }, null);
        var made = await CallAsync("POST", V32, new { contentUrls = new[] { Address + "/nothing.wav" }, locale = "en-US", displayName = "n" });
        await EndedAsync((string)made.Body["self"]!);
        await CallAsync("DELETE", (string)made.Body["self"]!);
        await UntilAsync(() => !told.IsEmpty);
        Assert.Equal(["TranscriptionDeletion"], told.Select(call => call.Event));

        // One that is asked again at another address agrees there.
        var changed = await CallAsync("PATCH", (string)refused["self"]!, new { webUrl = Address + "/told?mine=1&code=open", displayName = "other" });
        Assert.Equal(("NotStarted", "other"), ((string?)changed.Body["status"], (string?)changed.Body["displayName"]));
        Assert.Null(changed.Body["properties"]!["error"]);
        var agreed = await EndedAsync((string)refused["self"]!);
        Assert.Equal(("Succeeded", Address + "/told?mine=Masked&code=Masked"), ((string?)agreed["status"], (string?)agreed["webUrl"]));

        // Whoever sends back what was shown means the same address, keys and all.
        await CallAsync("PATCH", (string)agreed["self"]!, new { webUrl = (string?)agreed["webUrl"] });
        Assert.Equal("Succeeded", (string?)(await EndedAsync((string)agreed["self"]!))["status"]);
        Assert.All(challenged.TakeLast(2), address => Assert.StartsWith("/told?mine=1&code=open&validationToken=", address, StringComparison.Ordinal));
        Assert.Equal(2, (await CallAsync("GET", Hooks)).Body["values"]!.AsArray().Count);
        Assert.Single((await CallAsync("GET", Hooks + "?filter=" + Uri.EscapeDataString("displayName eq 'other'"))).Body["values"]!.AsArray());
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", (string)other["self"]!)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", (string)other["self"]!)).Status);
    }

    [Fact]
    public async Task A_ping_shows_the_hook_as_a_reader_sees_it()
    {
        var hook = await HookAsync(new { ping = true, transcriptionCompletion = true }, "a secret");
        Assert.Equal(HttpStatusCode.Accepted, (await CallAsync("POST", (string)hook["links"]!["ping"]!)).Status);
        await UntilAsync(() => !told.IsEmpty);
        var ping = Assert.Single(told);
        Assert.Equal(("Ping", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes("a secret"), ping.Body))), (ping.Event, ping.Signature));
        Assert.Equal((await CallAsync("GET", (string)hook["self"]!)).Body.ToJsonString(), JsonNode.Parse(ping.Body)!.ToJsonString());
        Assert.DoesNotContain("a secret", Encoding.UTF8.GetString(ping.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_tells_of_the_latest_transcription_for_each_event_that_the_hook_is_for()
    {
        var other = await HookAsync(new { transcriptionDeletion = true, transcriptionCompletion = false }, null);
        var hook = await HookAsync(new { transcriptionCreation = true, transcriptionCompletion = true, transcriptionDeletion = true }, null);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("POST", (string)hook["links"]!["test"]!)).Status);
        var made = await CallAsync("POST", V32, new { contentUrls = new[] { Address + "/nothing.wav" }, locale = "en-US", displayName = "n" });
        await UntilAsync(() => told.Count == 2);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("POST", (string)other["links"]!["test"]!)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await CallAsync("POST", (string)hook["links"]!["test"]!)).Status);
        await UntilAsync(() => told.Count == 4);
        Assert.Equal(["TranscriptionCompletion", "TranscriptionCompletion", "TranscriptionCreation", "TranscriptionCreation"], told.Select(call => call.Event).Order());
        Assert.All(told, call => Assert.Equal((string)made.Body["self"]!, call.Self));
        Assert.Equal(4, told.Select(call => (string)JsonNode.Parse(call.Body)!["invocationId"]!).Distinct().Count());
    }

    [Theory]
    [InlineData("""{"displayName":"m"}""", null)]
    [InlineData("""{"properties":{}}""", null)]
    [InlineData("""{"properties":{"secret":""}}""", null)]
    [InlineData("""{"properties":{"secret":"another"}}""", "another")]
    public async Task A_change_without_a_secret_takes_the_signature_away(string change, string? secret)
    {
        var hook = await HookAsync(new { ping = true }, "a secret");
        var changed = await CallAsync("PATCH", (string)hook["self"]!, change);
        Assert.Equal((HttpStatusCode.OK, "Succeeded"), (changed.Status, (string?)changed.Body["status"]));
        await CallAsync("POST", (string)hook["links"]!["ping"]!);
        await UntilAsync(() => !told.IsEmpty);
        var ping = Assert.Single(told);
        Assert.Equal(secret is null ? "" : Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), ping.Body)), ping.Signature);
    }

    [Fact]
    public async Task An_address_put_in_the_place_of_one_that_is_still_being_asked_has_to_agree_itself()
    {
        var (asked, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        agrees = async (context, token) =>
        {
            if (context.Request.Path != "/first")
            {
                return "something else";
            }

            asked.TrySetResult();
            await released.Task.WaitAsync(Cancel);
            return token;
        };
        var made = await CallAsync("POST", Hooks, new { displayName = "n", webUrl = Address + "/first", events = new { transcriptionCreation = true } });
        var self = (string)made.Body["self"]!;
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("PATCH", self, new { webUrl = Address + "/second" })).Status);
        released.SetResult();
        Assert.Equal("Failed", (string?)(await EndedAsync(self))["status"]);
        Assert.Contains(challenged, address => address.StartsWith("/second?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_to_be_told_before_the_address_changed_is_not_told_to_one_that_did_not_agree()
    {
        var hook = await HookAsync(new { ping = true, transcriptionCompletion = true }, null);
        failures = 3;
        Assert.Equal(HttpStatusCode.Accepted, (await CallAsync("POST", (string)hook["links"]!["ping"]!)).Status);
        await UntilAsync(() => Volatile.Read(ref failures) < 3);
        agrees = (_, _) => Task.FromResult("something else");
        await CallAsync("PATCH", (string)hook["self"]!, new { webUrl = Address + "/unproved" });
        Assert.Equal("Failed", (string?)(await EndedAsync((string)hook["self"]!))["status"]);
        await UntilAsync(async () => !(await scene.Hub.Services.GetRequiredService<JobStore>().QueueAsync(Cancel)).Any(place => place.Link!.Contains("/speechnotices/", StringComparison.Ordinal)));
        foreach (var link in new[] { "ping", "test" })
        {
            var refused = await CallAsync("POST", (string)hook["links"]![link]!);
            Assert.Equal((HttpStatusCode.Conflict, "InvalidWebHook"), (refused.Status, (string?)refused.Body["innerError"]!["code"]));
        }

        Assert.Empty(told);
        Assert.True(failures > 0, "Nobody was called again.");
    }

    [Theory]
    [InlineData("""{"displayName":"n","webUrl":"http://a","events":{"ping":true},"properties":"secret"}""", "properties")]
    [InlineData("""{"displayName":"n","events":{"ping":true}}""", "webUrl")]
    [InlineData("""{"displayName":"n","webUrl":"file:///etc/passwd","events":{"ping":true}}""", "webUrl")]
    [InlineData("""{"displayName":"n","webUrl":"http://a"}""", "events")]
    [InlineData("""{"displayName":"n","webUrl":"http://a","events":{"everything":true}}""", "events")]
    [InlineData("""{"webUrl":"http://a","events":{"ping":true}}""", "displayName")]
    public async Task A_wrong_hook_is_told_with_its_place(string body, string target)
    {
        var refused = await CallAsync("POST", Hooks, body);
        Assert.Equal((HttpStatusCode.BadRequest, target), (refused.Status, (string?)refused.Body["target"]));
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            context.Response.StatusCode = 404;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var name = context.Request.Headers["X-MicrosoftSpeechServices-Event"].ToString();
        if (name == "Challenge")
        {
            challenged.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
            await context.Response.WriteAsync(await agrees(context, context.Request.Query["validationToken"].ToString()));
            return;
        }

        if (Interlocked.Decrement(ref failures) >= 0)
        {
            context.Response.StatusCode = 500;
            return;
        }

        var self = (string)JsonNode.Parse(body.ToArray())!["self"]!;
        var status = name == "TranscriptionCompletion" ? (string?)(await CallAsync("GET", self)).Body["status"] : null;
        told.Enqueue((name, self, context.Request.Headers["X-MicrosoftSpeechServices-Signature"].ToString(), body.ToArray(), status));
    }

    private async Task<JsonObject> HookAsync(object events, string? secret)
    {
        var made = await CallAsync("POST", Hooks, new { displayName = "n", webUrl = Address + "/told", events, properties = new { secret } });
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        return await EndedAsync((string)made.Body["self"]!);
    }

    private Task<JsonObject> EndedAsync(string self) => UntilAsync(async () => (await CallAsync("GET", self)).Body, view => (string?)view["status"] is "Succeeded" or "Failed");

    private Task<Answer> CallAsync(string method, string path, object? body = null) => scene.Hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", key));
}
