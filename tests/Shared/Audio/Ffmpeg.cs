using System.Diagnostics;

namespace Atrium.Tests.Shared;

/// <summary>Makes compressed audio for tests, by the program that a Debian system has for it.</summary>
internal static class Ffmpeg
{
    /// <summary>Why a test of compressed audio cannot be run here; null where it can.</summary>
    public static string? Missing { get; } = new[] { "ffmpeg", "bwrap" }.FirstOrDefault(program =>
        !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)))) is { } missing
        ? $"'{missing}' is not installed (Debian: apt-get install ffmpeg bubblewrap)."
        : null;

    /// <summary>Encodes a file.</summary>
    /// <param name="input">What ffmpeg reads: a path, or words before one.</param>
    /// <param name="output">A path whose ending names the format.</param>
    /// <param name="arguments">Words between.</param>
    public static async Task EncodeAsync(string[] input, string output, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", "-y", .. input, .. arguments, output]) { RedirectStandardError = true })!;
        var complaint = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, complaint);
    }
}
