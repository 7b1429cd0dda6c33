using System.Net.WebSockets;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Tests.Gateway.Speech.Hearing;
using Atrium.Server.Tests.Gateway.Speech.Speaking;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway.Speech.Sockets;

public sealed class RecognitionSocketTests(SpeakingScene scene) : IClassFixture<SpeakingScene>
{
    private const string Once = "/speech/recognition/interactive/cognitiveservices/v1";
    private const string Conversation = "/speech/recognition/conversation/cognitiveservices/v1";
    private const string Id = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("/speech/recognition/interactive/cognitiveservices/v1")]
    [InlineData("/stt/speech/recognition/interactive/cognitiveservices/v1")]
    [InlineData("/stt/speech/universal/v2")]
    public async Task A_turn_is_told_in_the_published_order_and_counted_once(string path)
    {
        var before = (await scene.RowsAsync("speech.recognition")).Count;
        using var client = await ConnectAsync(path, "language=en-US&format=detailed");
        await client.SendAsync("speech.config", Id, """{"context":{}}""");
        await client.SendAsync("speech.context", Id, """{"phraseDetection":{"mode":"Interactive"},"phraseOutput":{"format":"Detailed","detailed":{"options":["WordTimings"]}}}""");
        await SendAudioAsync(client, Id, HearingScene.Amiable);
        var heard = await client.HearUntilAsync("turn.end");
        Assert.All(heard, message => Assert.Equal(Id, message.RequestId));
        Assert.Equal(["turn.start", "speech.startDetected", "speech.endDetected", "speech.phrase", "turn.end"], heard.Select(message => message.Path).Where(told => told != "speech.hypothesis"));
        var phrase = heard[^2].Json;
        Assert.Equal("Success", (string?)phrase["RecognitionStatus"]);
        Assert.Equal("he might even have been made amiable himself", (string?)phrase["NBest"]![0]!["Lexical"]);
        Assert.Equal(8, phrase["NBest"]![0]!["Words"]!.AsArray().Count);
        var rows = await scene.RowsAsync("speech.recognition");
        Assert.Equal(before + 1, rows.Count);
        Assert.Equal(200, (int)rows[0]!["status"]!);
        Assert.InRange((int)rows[0]!["tokensIn"]!, 2, 5);
    }

    [Fact]
    public async Task A_conversation_goes_on_to_the_end_of_its_audio()
    {
        using var client = await ConnectAsync(Conversation, "language=en-US");
        var pause = new byte[32_000 * 2];
        var samples = HearingScene.Amiable[RiffHeader.Length..];
        await client.SendAudioAsync(Id, HearingScene.Amiable.AsSpan(0, RiffHeader.Length));
        foreach (var part in (byte[][])[samples, pause, samples, pause])
        {
            foreach (var chunk in part.Chunk(6400))
            {
                await client.SendAudioAsync(Id, chunk);
            }
        }

        await client.SendAudioAsync(Id, []);
        var heard = await client.HearUntilAsync("turn.end");
        var statuses = heard.Where(message => message.Path == "speech.phrase").Select(message => (string)message.Json["RecognitionStatus"]!);
        Assert.Equal(["Success", "Success", "EndOfDictation"], statuses);
        Assert.Contains(heard, message => message.Path == "speech.hypothesis");
    }

    [Fact]
    public async Task Another_request_id_is_another_turn_on_the_same_connection()
    {
        using var client = await ConnectAsync(Once, "language=en-US");
        foreach (var id in (string[])[Id, Id.Replace('0', 'f')])
        {
            await client.SendAsync("speech.context", id, "{}");
            await SendAudioAsync(client, id, HearingScene.Amiable);
            Assert.Equal((id, "turn.end"), (await client.HearUntilAsync("turn.end"))[^1] is var last ? (last.RequestId, last.Path) : default);
        }
    }

    [Theory]
    [InlineData("", "not one byte")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ", "ends inside its header")]
    [InlineData("no audio at all", "")]
    [InlineData("RIFF\u0010\0\0\0WAVEfmt \u0010\0\0\0\u0001\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0data", "0 bits")]
    public async Task Audio_that_is_none_ends_the_connection_with_the_reason(string audio, string reason)
    {
        var before = (await scene.RowsAsync("speech.recognition")).Count;
        using var client = await ConnectAsync(Once, "language=en-US");
        if (audio.Length > 0)
        {
            await client.SendAudioAsync(Id, System.Text.Encoding.Latin1.GetBytes(audio));
        }

        await client.SendAudioAsync(Id, []);
        await client.HearUntilAsync("turn.end");
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, client.Socket.CloseStatus);
        Assert.Contains(reason, client.Socket.CloseStatusDescription, StringComparison.Ordinal);
        var rows = await scene.RowsAsync("speech.recognition");
        Assert.Equal((before + 1, 400), (rows.Count, (int)rows[0]!["status"]!));
    }

    [Theory]
    [InlineData("{\"phraseDetection\":7}")]
    [InlineData("{\"phraseDetection\":{\"mode\":[],\"language\":1,\"initialSilenceTimeout\":\"x\",\"trailingSilenceTimeout\":-5},\"phraseOutput\":{\"detailed\":{\"options\":{}}}}")]
    [InlineData("{\"languageId\":{\"languages\":[\"de-DE\",\"en-GB\"]},\"translation\":null,\"synthesis\":{\"defaultVoices\":[]}}")]
    public async Task An_odd_context_is_taken_for_what_it_says(string context)
    {
        using var client = await ConnectAsync(Once, "language=en-US&endSilenceTimeoutMs=abc&profanity=7");
        await client.SendAsync("speech.context", Id, context);
        await SendAudioAsync(client, Id, HearingScene.Amiable);
        Assert.Equal("turn.end", (await client.HearUntilAsync("turn.end"))[^1].Path);
    }

    [Fact]
    public async Task Random_audio_frames_never_break_the_server()
    {
        var random = new CsCheck.PCG(2, 71);
        for (var i = 0; i < 60; i++)
        {
            using var client = await ConnectAsync(i % 2 == 0 ? Once : Conversation, "language=en-US");
            try
            {
                for (var message = 0; message < 4; message++)
                {
                    var bytes = new byte[random.Next() % 200];
                    for (var at = 0; at < bytes.Length; at++)
                    {
                        bytes[at] = (byte)random.Next();
                    }

                    switch (random.Next() % 4)
                    {
                        case 0:
                            await client.SendBinaryAsync(bytes);
                            break;
                        case 1:
                            await client.SendAudioAsync(Id, bytes);
                            break;
                        case 2:
                            await client.SendAudioAsync(Id, [.. HearingScene.Amiable.AsSpan(0, RiffHeader.Length), .. bytes]);
                            break;
                        default:
                            await client.SendAudioAsync(random.Next() % 2 == 0 ? Id : "2" + Id, []);
                            break;
                    }
                }
            }
            catch (WebSocketException)
            {
                // The server has closed already.
            }
        }

        using var last = await ConnectAsync(Once, "language=en-US");
        await SendAudioAsync(last, Id, HearingScene.Amiable);
        Assert.Equal("turn.end", (await last.HearUntilAsync("turn.end"))[^1].Path);
    }

    [Fact]
    public async Task A_client_that_sends_more_than_is_heard_waits_and_its_going_ends_the_work()
    {
        var before = (await scene.RowsAsync("speech.recognition")).Count;
        using (var client = await ConnectAsync(Conversation, "language=en-US"))
        {
            await client.SendAudioAsync(Id, HearingScene.Amiable);
            await client.HearUntilAsync("turn.start");
            client.Socket.Abort();
        }

        var rows = await UntilAsync(() => scene.RowsAsync("speech.recognition"), found => found.Count > before);

        Assert.Equal(499, (int)rows[0]!["status"]!);
    }

    [Fact]
    public async Task A_mode_that_there_is_not_is_404_before_the_upgrade() =>
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => ConnectAsync("/speech/recognition/singing/cognitiveservices/v1", ""))).Status);

    private Task<SpeechClient> ConnectAsync(string path, string query) => SpeechClient.ConnectAsync(scene.Hub.Client.BaseAddress!, path, scene.Key, query);

    private static async Task SendAudioAsync(SpeechClient client, string id, byte[] wav)
    {
        foreach (var chunk in wav.Chunk(3200))
        {
            await client.SendAudioAsync(id, chunk);
        }

        await client.SendAudioAsync(id, new byte[32_000]);
        await client.SendAudioAsync(id, []);
    }
}
