using System.Diagnostics;
using System.Text;

namespace Atrium.Inference.Speaking.Espeak;

/// <summary>One run of espeak-ng. It begins and ends with its phrase, so that nothing of one caller can be left for the next; that costs some hundredths of a second.</summary>
internal sealed class EspeakProgram(EspeakOptions options)
{
    /// <summary>Ten minutes of speech.</summary>
    private const int MostSound = 600 * EspeakVoices.Rate * sizeof(short);

    /// <summary>The library for sound that it begins with reserves a piece of memory by way of a file, even where it then plays nothing.</summary>
    private const long SoundMemory = 128L << 20;

    /// <param name="arguments">As the program takes them.</param>
    /// <param name="text">What it is given to read. It must fit into a pipe, which takes 64 KiB.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="SpeechFailedException">It cannot be started, or failed.</exception>
    public byte[] Run(IEnumerable<string> arguments, string text, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.MaxTime);
        using var process = Start(arguments);
        using var killing = limit.Token.UnsafeRegister(static state => ((Process)state!).Kill(entireProcessTree: true), process);
        try
        {
            Write(process, text);
            var written = Read(process.StandardOutput.BaseStream);
            process.WaitForExit();
            cancellationToken.ThrowIfCancellationRequested();
            return process.ExitCode == 0 && written is not null ? written
                : throw new SpeechFailedException(limit.IsCancellationRequested ? $"espeak-ng did not speak within {options.MaxTime.TotalSeconds:0} seconds." : $"espeak-ng failed with code {process.ExitCode}.");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private Process Start(IEnumerable<string> arguments)
    {
        var start = ProgramSandbox.Start(new(options.Bubblewrap, options.MaxMemory, options.MaxTime) { MaxFile = SoundMemory }, [], options.Program, arguments);
        start.StandardInputEncoding = new UTF8Encoding(false);
        return ProgramSandbox.Launch(start) ?? throw new SpeechFailedException($"espeak-ng cannot be started ('{start.FileName}').");
    }

    private static void Write(Process process, string text)
    {
        try
        {
            process.StandardInput.Write(text);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has gone; its exit code tells.
        }
    }

    /// <summary>Null where it goes on too long.</summary>
    private static byte[]? Read(Stream output)
    {
        using var bytes = new MemoryStream();
        var chunk = new byte[64 * 1024];
        for (int read; (read = output.Read(chunk)) > 0;)
        {
            if (bytes.Length + read > MostSound)
            {
                return null;
            }

            bytes.Write(chunk, 0, read);
        }

        return bytes.ToArray();
    }
}
