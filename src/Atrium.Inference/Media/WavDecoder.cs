using System.Runtime.CompilerServices;
using Atrium.Inference.Hearing;

namespace Atrium.Inference.Media;

/// <summary>Decodes WAV as it comes.</summary>
internal static class WavDecoder
{
    private const int FramesAtOnce = 4096;

    /// <exception cref="AudioRefusedException">It is no WAV file that is taken, or ends too early.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<float>> DecodeAsync(Stream stream, AudioRules rules, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var format = await WavFormat.ReadAsync(stream, cancellationToken);
        format = rules.IsLive ? format with { DataBytes = null } : format;
        if (rules.Channel >= format.Channels)
        {
            throw new AudioRefusedException(AudioFault.Unsupported, $"The audio has no channel {rules.Channel}; it has {format.Channels}.");
        }

        var resampler = format.SampleRate == SpeechAudio.SampleRate ? null : new Resampler(format.SampleRate, SpeechAudio.SampleRate);
        var bytes = new byte[FramesAtOnce * format.FrameBytes];
        var samples = new float[FramesAtOnce];
        for (var read = 0L; ;)
        {
            var want = (int)Math.Min(bytes.Length, (format.DataBytes ?? long.MaxValue) - read);
            var got = want == 0 ? 0 : await stream.ReadAtLeastAsync(bytes.AsMemory(0, want), want, throwOnEndOfStream: false, cancellationToken);
            read += got;
            if (got < want && format.DataBytes is { } announced)
            {
                throw new AudioRefusedException(AudioFault.CutOff, $"The WAV file is cut off: its header announces {announced} bytes of samples, and {read} came.");
            }

            var frames = got / format.FrameBytes;
            if (read / format.FrameBytes > rules.MaxDuration.TotalSeconds * format.SampleRate)
            {
                throw new AudioRefusedException(AudioFault.TooLong, $"The audio is longer than {rules.MaxDuration.TotalSeconds:0} seconds.");
            }

            SampleReader.Read(format, bytes.AsSpan(0, frames * format.FrameBytes), rules.Channel, samples.AsSpan(0, frames));
            ReadOnlyMemory<float> piece = resampler is null ? samples.AsMemory(0, frames) : resampler.Push(samples.AsSpan(0, frames));
            if (piece.Length > 0)
            {
                yield return piece;
            }

            if (got < bytes.Length)
            {
                break;
            }
        }

        if (resampler is not null)
        {
            yield return resampler.Complete();
        }
    }
}
