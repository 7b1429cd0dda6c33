using System.Net.WebSockets;
using Atrium.Server.Tests.Gateway.Speech.Speaking;
using Atrium.Server.Tests.Support;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway.Speech.Sockets;

public sealed class SynthesisSocketTests(SpeakingScene scene) : IClassFixture<SpeakingScene>
{
    private const string Path = "/tts/cognitiveservices/websocket/v1";
    private const string Id = "0123456789abcdef0123456789abcdef";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/tts/cognitiveservices/websocket/v1")]
    [InlineData("/cognitiveservices/websocket/v1")]
    public async Task A_turn_is_told_in_the_published_order_and_counted_once(string path)
    {
        var before = await scene.RowsAsync("speech.synthesize");
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, path, scene.Key);
        await client.SendAsync("speech.config", Id, """{"context":{}}""");
        await client.SendAsync("synthesis.context", Id, """{"synthesis":{"audio":{"metadataOptions":{"wordBoundaryEnabled":"true","sentenceBoundaryEnabled":true},"outputFormat":"riff-24khz-16bit-mono-pcm"}}}""");
        await client.SendAsync("ssml", Id, SpeakingScene.Document("Hello. Goodbye."), "application/ssml+xml");
        var heard = await client.HearUntilAsync("turn.end");
        Assert.All(heard, message => Assert.Equal(Id, message.RequestId));
        Assert.Equal(["turn.start", "response", "audio", "audio.metadata"], heard.Take(4).Select(message => message.Path));
        Assert.Equal(Id, (string?)heard[1].Json["audio"]!["streamId"]);
        Assert.Equal("RIFF"u8.ToArray(), heard[2].Body[..4]);
        var metadata = heard.Where(message => message.Path == "audio.metadata").SelectMany(message => message.Json["Metadata"]!.AsArray()).ToList();
        Assert.Equal(["SentenceBoundary", "WordBoundary", "SentenceBoundary", "WordBoundary", "SessionEnd"], metadata.Select(item => (string)item!["Type"]!));
        Assert.Equal("SessionEnd", (string?)heard[^2].Json["Metadata"]![0]!["Type"]);
        var bytes = heard.Where(message => message.Path == "audio").Sum(message => message.Body.Length) - 44;
        Assert.Equal(bytes / 48_000.0, (long)metadata[^1]!["Data"]!["Offset"]! / 1e7, 0.01);
        var row = Assert.Single((await scene.RowsAsync("speech.synthesize")).Take((await scene.RowsAsync("speech.synthesize")).Count - before.Count));
        Assert.Equal((15, 200), ((int)row!["tokensIn"]!, (int)row["status"]!));
    }

    [Fact]
    public async Task Credentials_may_be_in_the_query_and_wrong_ones_are_refused_before_the_upgrade()
    {
        using (var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Path, null, $"Ocp-Apim-Subscription-Key={scene.Key}"))
        {
            Assert.Equal(WebSocketState.Open, client.Socket.State);
        }

        Assert.Equal(401, (await Assert.ThrowsAsync<RefusedException>(() => SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Path, "wrong"))).Status);
        Assert.Equal(401, (await Assert.ThrowsAsync<RefusedException>(() => SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Path, null, "Ocp-Apim-Subscription-Key=wrong"))).Status);
        Assert.Equal(401, (await Assert.ThrowsAsync<RefusedException>(() => SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, "/ai/another" + Path, scene.Key))).Status);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await scene.Hub.Client.CallAsync("GET", $"{Path}?Ocp-Apim-Subscription-Key={scene.Key}")).Status);
        Assert.Equal("WebSocketRequired", (await scene.Hub.Client.CallAsync("GET", Path, null, ("Ocp-Apim-Subscription-Key", scene.Key))).ErrorCode);
    }

    public static TheoryData<string, bool, int> Hostile => new()
    {
        { "", false, 1007 },
        { "no headers at all", false, 1007 },
        { "Path: ssml\r\n\r\n<speak/>", false, 1007 },
        { "Path: ssml\r\nX-RequestId: ../../etc/passwd\r\n\r\n", false, 1007 },
        { "X-RequestId: 0123\r\n\r\n{}", false, 1007 },
        { ": nameless\r\nPath: ssml\r\n\r\n", false, 1007 },
        { "Path: synthesis.context\r\nX-RequestId: 01\r\n\r\n{", false, 1007 },
        { "Path: synthesis.context\r\nX-RequestId: 01\r\n\r\n[1]", false, 1007 },
        { "Path: text.piece\r\nX-RequestId: 01\r\n\r\nhello", false, 1007 },
        { "Path: ssml\r\nX-RequestId: 01\r\n\r\n<!DOCTYPE a [<!ENTITY b 'c'>]><speak>&b;</speak>", false, 1007 },
        { "", true, 1007 },
        { "a", true, 1007 },
        { "\u00ff\u00ffPath: audio", true, 1007 },
        { "\0\u0005Path:", true, 1007 },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_is_no_message_ends_the_connection_with_the_reason(string content, bool isBinary, int code)
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Path, scene.Key);
        await (isBinary ? client.SendBinaryAsync([.. content.Select(c => (byte)c)]) : client.SendTextAsync(content));
        await client.HearUntilAsync("turn.end");
        Assert.Equal(code, (int)client.Socket.CloseStatus!);
        Assert.NotEqual("", client.Socket.CloseStatusDescription);
    }

    [Fact]
    public async Task A_message_that_is_too_large_ends_the_connection_before_it_is_whole()
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Path, scene.Key);
        var chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)'a');
        for (var i = 0; i < 17; i++)
        {
            await client.Socket.SendAsync(chunk, WebSocketMessageType.Text, endOfMessage: false, Cancellation);
        }

        Assert.Null(await client.HearAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, client.Socket.CloseStatus);
    }

    [Fact]
    public async Task Random_frames_never_break_the_server()
    {
        var random = new CsCheck.PCG(3, 14);
        string[] parts = ["Path: ", "ssml", "audio", "text.end", "synthesis.context", "synthesis.control", "\r\n", "\r\n\r\n", "X-RequestId: 01", ":", "{}", "{\"synthesis\":{\"audio\":1}}", "{\"action\":7}", "\0", "<speak>", "é", "\u0001"];
        for (var i = 0; i < 150; i++)
        {
            using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Path, scene.Key);
            try
            {
                for (var message = 0; message < 4; message++)
                {
                    var text = string.Concat(Enumerable.Range(0, (int)(random.Next() % 12)).Select(_ => parts[(int)(random.Next() % (uint)parts.Length)]));
                    await (random.Next() % 2 == 0 ? client.SendTextAsync(text) : client.SendBinaryAsync([0, (byte)(random.Next() % 60), .. System.Text.Encoding.UTF8.GetBytes(text)]));
                }
            }
            catch (WebSocketException)
            {
                // The server has closed already.
            }
        }

        using var last = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Path, scene.Key);
        await last.SendAsync("ssml", Id, SpeakingScene.Document("Still here."), "application/ssml+xml");
        Assert.Equal("turn.end", (await last.HearUntilAsync("turn.end"))[^1].Path);
    }

    [Fact]
    public async Task A_turn_can_be_stopped_and_the_connection_goes_on()
    {
        using var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Path, scene.Key);
        await client.SendAsync("ssml", Id, SpeakingScene.Document(string.Concat(Enumerable.Repeat("This is one of very many sentences. ", 1000))), "application/ssml+xml");
        Assert.Equal("audio", (await client.HearUntilAsync("audio"))[^1].Path);
        await client.SendAsync("synthesis.control", Id, """{"action":"stop"}""");
        Assert.Equal("turn.end", (await client.HearUntilAsync("turn.end"))[^1].Path);
        var other = Id.Replace('0', '9');
        await client.SendAsync("ssml", other, SpeakingScene.Document("Again."), "application/ssml+xml");
        Assert.Equal((other, "turn.end"), ((await client.HearUntilAsync("turn.end"))[^1].RequestId, "turn.end"));
    }

    [Fact]
    public async Task A_client_that_goes_away_in_a_turn_is_counted_as_gone()
    {
        var before = (await scene.RowsAsync("speech.synthesize")).Count;
        using (var client = await SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, Path, scene.Key))
        {
            await client.SendAsync("ssml", Id, SpeakingScene.Document(string.Concat(Enumerable.Repeat("This is one of very many sentences. ", 1000))), "application/ssml+xml");
            await client.HearUntilAsync("audio");
            client.Socket.Abort();
        }

        var rows = await UntilAsync(() => scene.RowsAsync("speech.synthesize"), found => found.Count > before);

        Assert.Equal(499, (int)rows[0]!["status"]!);
    }
}
