using System.Runtime.CompilerServices;

namespace Atrium.Inference.Media;

/// <summary>Makes samples of audio in any format: WAV here, as it comes; everything else by <see cref="MediaDecoder"/>.</summary>
public sealed class AudioDecoder(MediaDecoder media)
{
    /// <summary>How many channels a file has.</summary>
    /// <exception cref="AudioRefusedException">It is no audio that is taken.</exception>
    public async Task<int> CountChannelsAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        var start = new byte[WavFormat.SniffBytes];
        var got = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        if (!WavFormat.IsPlain(start.AsSpan(0, got)))
        {
            return got == 0 ? throw NoBytes() : await media.CountChannelsAsync(file, cancellationToken);
        }

        stream.Position = 0;
        return (await WavFormat.ReadAsync(stream, cancellationToken)).Channels;
    }

    /// <summary>Mono samples for a recognizer, as they are asked for.</summary>
    /// <param name="source">A file, or a stream that is read once and not disposed.</param>
    /// <param name="rules">What it may be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AudioRefusedException">It is no audio that is taken. May come after samples: what is wrong further on is not known before.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<float>> DecodeAsync(MediaSource source, AudioRules rules, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = source.File is null ? null : File.OpenRead(source.File);
        var start = new byte[WavFormat.SniffBytes];
        var got = await (file ?? source.Stream!).ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        if (got == 0)
        {
            throw NoBytes();
        }

        var stream = new PrefixedStream(start.AsMemory(0, got), file ?? source.Stream!);
        var pieces = WavFormat.IsPlain(start.AsSpan(0, got)) ? WavDecoder.DecodeAsync(stream, rules, cancellationToken)
            : media.AudioAsync(file is null ? MediaSource.Of(stream) : source, rules, cancellationToken);
        await foreach (var piece in pieces)
        {
            yield return piece;
        }
    }

    private static AudioRefusedException NoBytes() => new(AudioFault.NotAudio, "There is no audio: not one byte.");
}
