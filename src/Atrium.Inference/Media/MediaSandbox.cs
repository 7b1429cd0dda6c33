using System.Diagnostics;

namespace Atrium.Inference.Media;

/// <summary>How a decoder is started: it sees its one input, which may be hostile, and writes no file. Pure.</summary>
internal static class MediaSandbox
{
    /// <summary>Where the decoder sees its file.</summary>
    public const string Input = "/input";

    /// <param name="options">The bounds.</param>
    /// <param name="program">The decoder.</param>
    /// <param name="file">Its input; null where that comes by its standard input.</param>
    /// <param name="arguments">As the decoder takes them, its input being called <see cref="InputOf"/>.</param>
    public static ProcessStartInfo Start(MediaOptions options, string program, string? file, IEnumerable<string> arguments) =>
        ProgramSandbox.Start(new(options.Bubblewrap, options.MaxMemory, options.MaxProcessorTime), file is null ? [] : ["--ro-bind", file, Input], program, arguments);

    /// <summary>What the decoder calls its input.</summary>
    public static string InputOf(MediaOptions options, string? file) => file is null ? "pipe:0" : "file:" + (options.Bubblewrap is null ? file : Input);
}
