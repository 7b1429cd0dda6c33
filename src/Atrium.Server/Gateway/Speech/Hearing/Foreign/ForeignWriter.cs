using System.Runtime.InteropServices;
using Atrium.Inference.Hearing;
using Atrium.Inference.Speaking.Sound;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>Has phrases that were cut out here written down elsewhere.</summary>
/// <param name="ear">Who hears.</param>
/// <param name="call">For whom.</param>
/// <param name="wanted">What is asked for.</param>
/// <param name="isContinuous">Whether each phrase may be in another of the locales; else all are in that of the first.</param>
internal sealed class ForeignWriter(IForeignEar ear, GatewayCall call, ForeignWish wanted, bool isContinuous) : IPhraseWriter
{
    private static readonly AudioFormat Format = new("wav", SpeechAudio.SampleRate, AudioCodec.Pcm, AudioContainer.Riff, 0, "audio/wav");
    private ForeignWish wish = wanted;

    /// <summary>The same that asks again where what went wrong may pass.</summary>
    public ForeignWriter Patiently(EarPatience patience) => new(new PatientEar(ear, patience), call, wish, isContinuous);

    public async Task<SpeechPhrase> WriteAsync(ReadOnlyMemory<float> samples, TimeSpan start, SpeechPhrase phrase, CancellationToken cancellationToken)
    {
        var heard = await ear.HearAsync(call, Wav(samples.Span), wish, cancellationToken);
        if (heard.Text.Length == 0 || heard.Locale is null)
        {
            return phrase;
        }

        wish = isContinuous ? wish : wish with { Locales = [heard.Locale] };
        return phrase with { Text = heard.Text, Locale = heard.Locale, Confidence = heard.Confidence, Words = [.. heard.Words.Select(word => word with { Offset = word.Offset + start })] };
    }

    private static byte[] Wav(ReadOnlySpan<float> samples)
    {
        var pcm = new short[samples.Length];
        for (var i = 0; i < pcm.Length; i++)
        {
            pcm[i] = (short)Math.Clamp(samples[i] * 32768, short.MinValue, short.MaxValue);
        }

        return [.. RiffHeader.Of(Format, pcm.Length * sizeof(short)), .. MemoryMarshal.AsBytes(pcm.AsSpan())];
    }
}
