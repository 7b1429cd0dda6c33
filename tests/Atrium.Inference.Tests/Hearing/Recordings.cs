using System.Buffers.Binary;
using Atrium.Inference.Hearing;

namespace Atrium.Inference.Tests.Hearing;

/// <summary>Recorded speech with known words.</summary>
internal static class Recordings
{
    /// <summary>"He might even have been made amiable himself", from a public-domain reading of LibriVox.</summary>
    public static float[] Amiable => Read(Path.Combine(AppContext.BaseDirectory, "Audio", "amiable.wav"));

    public static float[] Silence(double seconds) => new float[(int)(seconds * SpeechAudio.SampleRate)];

    public static float[] Read(string wav)
    {
        var samples = File.ReadAllBytes(wav).AsSpan(44);
        var values = new float[samples.Length / 2];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt16LittleEndian(samples[(2 * i)..]) / 32768f;
        }

        return values;
    }

    /// <summary>In pieces, as they come from a microphone.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<float>> Pieces(float[] samples, int size)
    {
        for (var at = 0; at < samples.Length; at += size)
        {
            yield return samples.AsMemory(at, Math.Min(size, samples.Length - at));
            await Task.Yield();
        }
    }

    /// <summary>Words without case and punctuation.</summary>
    public static string[] Words(string text) => new string([.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) || c == '\'' ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
