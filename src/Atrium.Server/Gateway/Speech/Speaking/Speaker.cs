using System.Runtime.CompilerServices;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Hosting;
using Atrium.Server.Models;
using Microsoft.AspNetCore.WebUtilities;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Answers a call with speech: bytes as soon as they are there, but for files whose length stands at their beginning.</summary>
internal sealed class Speaker(EmbeddedEngines engines, AudioEncoders encoders, Metering metering)
{
    /// <summary>Names whose voice is really heard.</summary>
    public const string VoiceHeader = "x-atrium-voice";

    /// <summary>As published for one request.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Of a file that is not whole so much is kept in memory, and the rest in a temporary file.</summary>
    private const int MostInMemory = 1 << 20;

    /// <exception cref="ApiException">503: the voices have not been pulled.</exception>
    public async ValueTask<VoiceCast> CastAsync(CancellationToken cancellationToken)
    {
        using var lease = await engines.SpeakingAsync(cancellationToken);
        return new(lease.Model.Voices);
    }

    /// <summary>The form of that name.</summary>
    /// <exception cref="ApiException">400: there is none, or nothing here makes it.</exception>
    public AudioFormat FormatOf(string name, string field)
    {
        var format = AudioFormats.Find(name) ?? throw ApiException.BadRequest("UnsupportedOutputFormat", $"There is no audio format '{name}'. Formats: {Possible}.", field);
        return encoders.CanMake(format.Codec) ? format : throw ApiException.BadRequest("UnsupportedOutputFormat", $"The audio format '{name}' cannot be made here{Remedy(format.Codec)}. Formats: {Possible}.", field);
    }

    /// <summary>Whether there is a form of that name that can be made here.</summary>
    public bool IsFormat(string name) => AudioFormats.Find(name) is { } format && CanMake(format.Codec);

    /// <summary>Whether the codec can be made.</summary>
    public bool CanMake(AudioCodec codec) => encoders.CanMake(codec);

    /// <summary>What would make a codec.</summary>
    public static string Remedy(AudioCodec codec) => codec is AudioCodec.Mp3 or AudioCodec.Aac or AudioCodec.Flac ? " (it needs ffmpeg: apt-get install ffmpeg)" : "";

    private string Possible => string.Join(", ", AudioFormats.All.Where(format => encoders.CanMake(format.Codec)).Select(format => format.Name));

    /// <summary>Speaks the script into the response.</summary>
    public Task AnswerAsync(GatewayCall call, SpeechScript script, AudioFormat format, CancellationToken cancellationToken)
    {
        call.Http.Response.Headers[VoiceHeader] = string.Join(", ", Voices(script));
        return format.Container is AudioContainer.Riff ? AnswerWholeAsync(call, script, format, cancellationToken) : StreamAsync(call, script, format, cancellationToken);
    }

    /// <summary>Speaks the script for a call and counts for it: characters as input, seconds of audio as output.</summary>
    public IAsyncEnumerable<SpokenBytes> SpeakAsync(GatewayCall call, SpeechScript script, AudioFormat format, CancellationToken cancellationToken) =>
        SpeakAsync(call, script, format, new() { SampleRate = format.SampleRate, Longest = Longest }, cancellationToken);

    /// <summary>The same, with the events that the options ask for.</summary>
    public async IAsyncEnumerable<SpokenBytes> SpeakAsync(
        GatewayCall call, SpeechScript script, AudioFormat format, SpeakingOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        call.TokensIn += script.Characters;
        using var lease = await engines.SpeakingAsync(cancellationToken);
        await using var encoder = encoders.Open(format);
        var (before, samples) = (call.TokensOut, 0L);
        await foreach (var piece in lease.Model.SpeakAsync(script, options, call.Owner.Id.Key, cancellationToken))
        {
            samples += piece.Samples.Length;
            call.TokensOut = before + ((samples + options.SampleRate - 1) / options.SampleRate);
            yield return new(await encoder.EncodeAsync(piece.Samples, cancellationToken), piece.Events, TimeSpan.FromSeconds((double)samples / options.SampleRate));
        }

        yield return new(await encoder.FinishAsync(cancellationToken), [], TimeSpan.FromSeconds((double)samples / options.SampleRate));
    }

    public static IEnumerable<string> Voices(SpeechScript script) => script.Steps.OfType<SpeechStep.Say>().Select(say => VoiceNames.ShortName(say.Style.Voice)).Distinct();

    private async Task AnswerWholeAsync(GatewayCall call, SpeechScript script, AudioFormat format, CancellationToken cancellationToken)
    {
        await using var whole = new FileBufferingWriteStream(MostInMemory);
        await foreach (var (bytes, _, _) in SpeakAsync(call, script, format, cancellationToken))
        {
            await whole.WriteAsync(bytes, cancellationToken);
        }

        metering.Record(call, StatusCodes.Status200OK);
        var header = RiffHeader.Of(format, whole.Length);
        var response = call.Http.Response;
        response.ContentType = format.MediaType;
        response.ContentLength = header.Length + whole.Length;
        await response.Body.WriteAsync(header, cancellationToken);
        await whole.DrainBufferAsync(response.Body, cancellationToken);
    }

    private async Task StreamAsync(GatewayCall call, SpeechScript script, AudioFormat format, CancellationToken cancellationToken)
    {
        var response = call.Http.Response;
        await foreach (var (bytes, _, _) in SpeakAsync(call, script, format, cancellationToken))
        {
            if (bytes.Length > 0)
            {
                if (!response.HasStarted)
                {
                    response.ContentType = format.MediaType;
                }

                await response.Body.WriteAsync(bytes, cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }
        }

        // The end of an answer without a length is the server's to send, and it is sent when this returns.
        metering.Record(call, StatusCodes.Status200OK);
    }
}

/// <summary>A piece of encoded speech.</summary>
/// <param name="Bytes">What is ready of it and of what was before.</param>
/// <param name="Events">What is heard in it.</param>
/// <param name="Until">How long the speech is with it.</param>
internal readonly record struct SpokenBytes(ReadOnlyMemory<byte> Bytes, IReadOnlyList<SpokenEvent> Events, TimeSpan Until);
