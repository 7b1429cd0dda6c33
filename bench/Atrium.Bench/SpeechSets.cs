using System.Buffers.Binary;
using System.Diagnostics;
using Atrium.Inference.Hearing;

namespace Atrium.Bench;

/// <summary>A clip and the words in it.</summary>
/// <param name="Samples">16 kHz, mono.</param>
/// <param name="Words">Small letters, no punctuation.</param>
internal sealed record SpeechClip(float[] Samples, string[] Words)
{
    public double Seconds => (double)Samples.Length / SpeechAudio.SampleRate;

    /// <summary>As a WAV file.</summary>
    public byte[] ToWav()
    {
        var file = new byte[44 + (Samples.Length * 2)];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WAVEfmt \x10\0\0\0\x01\0\x01\0"u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), SpeechAudio.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), SpeechAudio.SampleRate * 2);
        "\x02\0\x10\0data"u8.CopyTo(file.AsSpan(32));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), file.Length - 44);
        for (var i = 0; i < Samples.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(44 + (2 * i)), (short)Math.Clamp(Samples[i] * 32768, short.MinValue, short.MaxValue));
        }

        return file;
    }
}

/// <summary>
/// Recorded speech with known words, out of Debian packages: nothing of it lies in the repository. CMU Sphinx's test data (BSD; two readers: "Sense and Sensibility" from
/// LibriVox, and cards by name), and Asterisk's prompts (CC BY-SA 3.0; Allison Smith), whose numbers, days and months are put together to dates and numbers.
/// </summary>
internal static class SpeechSets
{
    private const string Sphinx = "/usr/share/pocketsphinx/test/data";
    private const string Asterisk = "/usr/share/asterisk/sounds/en_US_f_Allison";

    /// <summary>What to install for all of them.</summary>
    public const string Packages = "apt-get install ffmpeg pocketsphinx-testdata asterisk-core-sounds-en-g722";
    private static readonly string[] Days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    private static readonly string[] Months = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    public static IEnumerable<(string Name, IReadOnlyList<SpeechClip> Clips)> All()
    {
        if (Directory.Exists(Sphinx))
        {
            yield return ("novel, read (LibriVox)", Transcribed("librivox"));
            yield return ("playing cards, by name", Transcribed("cards"));
        }

        if (Directory.Exists(Asterisk))
        {
            yield return ("dates, put together of prompts", Dates());
            yield return ("numbers, put together of prompts", Numbers());
        }
    }

    public static float[] ReadWav(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan(44);
        var samples = new float[bytes.Length / 2];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]) / 32768f;
        }

        return samples;
    }

    /// <summary>Any file that ffmpeg reads.</summary>
    public static float[] Decode(string path, params string[] before)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", .. before, "-i", path, "-ac", "1", "-ar", "16000", "-f", "s16le", "-"]) { RedirectStandardOutput = true })!;
        using var bytes = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(bytes);
        var samples = new float[bytes.Length / 2];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.GetBuffer().AsSpan(2 * i)) / 32768f;
        }

        return samples;
    }

    private static List<SpeechClip> Transcribed(string set) =>
    [
        .. from line in File.ReadLines(Path.Combine(Sphinx, set, set == "cards" ? "cards.transcription" : "transcription"))
           let open = line.LastIndexOf('(')
           let words = line[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("<s>" or "</s>")).ToArray()
           select new SpeechClip(ReadWav(Path.Combine(Sphinx, set, line[(open + 1)..line.LastIndexOf(')')] + ".wav")), words),
    ];

    private static List<SpeechClip> Dates() =>
    [
        .. Enumerable.Range(0, 24).Select(i => Join(
            [$"day-{i % 7}", $"mon-{i * 5 % 12}", $"{(i * 7 % 20) + 1}"],
            [Days[i % 7], Months[i * 5 % 12], .. NumberWords.Of((i * 7 % 20) + 1)])),
    ];

    private static List<SpeechClip> Numbers() =>
    [
        .. Enumerable.Range(0, 24).Select(i => (Tens: 20 + (i % 8 * 10), Ones: (i * 3 % 9) + 1, Hundreds: (i % 9) + 1)).Select(n => Join(
            [$"{n.Hundreds}", "hundred", $"{n.Tens}", $"{n.Ones}"],
            [.. NumberWords.Of(n.Hundreds), "hundred", .. NumberWords.Of(n.Tens), .. NumberWords.Of(n.Ones)])),
    ];

    private static SpeechClip Join(string[] files, string[] words)
    {
        const int pause = SpeechAudio.SampleRate / 20;
        var samples = new List<float>(new float[4 * pause]);
        foreach (var file in files)
        {
            samples.AddRange(Decode(Path.Combine(Asterisk, "digits", file + ".g722"), "-f", "g722"));
            samples.AddRange(new float[pause]);
        }

        return new([.. samples], words);
    }
}

/// <summary>Numbers as they are said. Pure.</summary>
internal static class NumberWords
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    public static IEnumerable<string> Of(int number) => number < 20 ? [Small[number]]
        : number < 100 ? number % 10 == 0 ? [Tens[number / 10]] : [Tens[number / 10], Small[number % 10]]
        : number < 1000 ? [Small[number / 100], "hundred", .. number % 100 == 0 ? [] : Of(number % 100)]
        : number < 1_000_000 ? [.. Of(number / 1000), "thousand", .. number % 1000 == 0 ? [] : Of(number % 1000)]
        : $"{number}".Select(digit => Small[digit - '0']);

    /// <summary>The words of a text, its numbers written out and its compounds apart.</summary>
    public static string[] Words(string text) =>
    [
        .. SpokenText.Lexical(text.Replace(",", "", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(word => int.TryParse(word.Replace("th", "", StringComparison.Ordinal), out var number) ? Of(number) : [word == "mr" ? "mister" : word]),
    ];
}
