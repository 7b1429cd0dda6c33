using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace Atrium.Inference.Tests.Llama;

/// <summary>The llama.cpp libraries for tests: fetched once into the model cache with the npm client.</summary>
internal static class LlamaLibraries
{
    private const string Package = "@node-llama-cpp/linux-x64";
    private const string Version = "3.22.1";
    private static readonly Lazy<string?> Fetched = new(Fetch);

    /// <summary>Their folder. Skips the test where they cannot be had.</summary>
    public static string Folder
    {
        get
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "The llama.cpp libraries of the package are for Linux.");
            Assert.SkipWhen(Fetched.Value is null, $"npm could not fetch {Package}@{Version}.");
            return Fetched.Value!;
        }
    }

    private static string? Fetch()
    {
        var target = Path.Combine(TestCache.Folder, "test-llama", Version);
        var libraries = Path.Combine(target, "package", "bins", "linux-x64");
        if (Directory.Exists(libraries))
        {
            return libraries;
        }

        var scratch = Directory.CreateDirectory(target + "." + Guid.NewGuid().ToString("N")).FullName;
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["pack", $"{Package}@{Version}", "--silent", "--pack-destination", scratch])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode != 0)
            {
                return null;
            }

            var pack = Directory.GetFiles(scratch, "*.tgz").Single();
            using (var unpacked = new GZipStream(File.OpenRead(pack), CompressionMode.Decompress))
            {
                TarFile.ExtractToDirectory(unpacked, scratch, overwriteFiles: true);
            }

            File.Delete(pack);
            try
            {
                Directory.Move(scratch, target);
            }
            catch (IOException) when (Directory.Exists(libraries))
            {
                Directory.Delete(scratch, recursive: true);
            }

            return libraries;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
