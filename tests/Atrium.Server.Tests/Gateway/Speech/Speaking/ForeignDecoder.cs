using System.Diagnostics;
using Atrium.Inference;

namespace Atrium.Server.Tests.Gateway.Speech.Speaking;

/// <summary>A decoder that is not ours.</summary>
internal static class ForeignDecoder
{
    /// <summary>Samples of 16,000 a second, two bytes each. Skips the test where ffmpeg is not installed.</summary>
    public static async Task<byte[]> DecodeAsync(byte[] audio)
    {
        var program = InstalledPrograms.Find("ffmpeg");
        Assert.SkipWhen(program is null, "ffmpeg is not installed.");
        using var process = Process.Start(new ProcessStartInfo(program!, ["-hide_banner", "-loglevel", "error", "-i", "pipe:0", "-f", "s16le", "-ar", "16000", "-ac", "1", "pipe:1"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        await process.StandardInput.BaseStream.WriteAsync(audio, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await errors);
        return output.ToArray();
    }
}
