using System.Diagnostics;
using System.Text;

namespace Atrium.Inference.Translation;

/// <summary>
/// One run of Apertium: the texts of one call in one direction. It begins and ends with the call, so that nothing of one caller can be left for the next; that costs
/// a tenth of a second.
/// </summary>
internal static class ApertiumProcess
{
    private const char TextEnd = '\0';
    private const int RoomPerCharacter = 16;
    private const int LeastRoom = 64 * 1024;
    private const long LongestScratch = 256L << 20;

    /// <exception cref="TranslationFailedException">It cannot be started, or did not translate all of them.</exception>
    public static IReadOnlyList<string> Run(ApertiumOptions options, string mode, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.MaxTime);
        using var process = Start(options, mode);
        using var killing = limit.Token.UnsafeRegister(static state => ((Process)state!).Kill(entireProcessTree: true), process);
        var writing = new Thread(() => Write(process, texts)) { IsBackground = true, Name = "apertium input" };
        writing.Start();
        try
        {
            var translated = Read(process.StandardOutput, texts.Count, (texts.Sum(text => (long)text.Length) * RoomPerCharacter) + LeastRoom);
            cancellationToken.ThrowIfCancellationRequested();
            return translated ?? throw new TranslationFailedException(limit.IsCancellationRequested
                ? $"Apertium did not translate the texts within {options.MaxTime.TotalSeconds:0} seconds."
                : $"Apertium's mode '{mode}' did not translate all of the texts.");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            writing.Join();
        }
    }

    private static Process Start(ApertiumOptions options, string mode)
    {
        // Each text ends with a zero byte in and out; unknown words are left as they are, without marks.
        var start = ProgramSandbox.Start(
            new(options.Bubblewrap, options.MaxMemory, options.MaxTime) { HasScratch = true, MaxFile = LongestScratch }, [], options.Program, ["-d", options.Data, "-z", "-u", "-f", "none", mode]);
        (start.StandardInputEncoding, start.StandardOutputEncoding) = (new UTF8Encoding(false), Encoding.UTF8);
        return ProgramSandbox.Launch(start) ?? throw new TranslationFailedException($"Apertium cannot be started ('{start.FileName}').");
    }

    private static void Write(Process process, IReadOnlyList<string> texts)
    {
        try
        {
            foreach (var text in texts)
            {
                process.StandardInput.Write(text);
                process.StandardInput.Write(TextEnd);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has gone; what it did not write tells the reader.
        }
    }

    /// <summary>Null where it ends too early or goes on too long.</summary>
    private static List<string>? Read(StreamReader output, int count, long room)
    {
        var (texts, text, chunk) = (new List<string>(count), new StringBuilder(), new char[4096]);
        while (texts.Count < count)
        {
            var got = output.Read(chunk);
            if (got == 0 || (room -= got) < 0)
            {
                return null;
            }

            for (var at = 0; at < got && texts.Count < count; at++)
            {
                if (chunk[at] is not TextEnd)
                {
                    text.Append(chunk[at]);
                    continue;
                }

                texts.Add(text.ToString());
                text.Clear();
            }
        }

        return texts;
    }
}
