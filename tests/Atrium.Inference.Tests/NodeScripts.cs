using System.ComponentModel;
using System.Diagnostics;

namespace Atrium.Inference.Tests;

/// <summary>Scripts of tests/node that run a package of others, to hold ours against it. What they need is installed once, beside the models.</summary>
internal static class NodeScripts
{
    /// <summary>A script's path, beside its packages. Skips the test where they cannot be had.</summary>
    /// <param name="folder">Under tests/node.</param>
    /// <param name="script">Its name there.</param>
    /// <param name="package">The package that is installed last.</param>
    public static string Install(string folder, string script, string package)
    {
        var source = Source(folder);
        Assert.SkipWhen(source is null, "The folder tests/node is not above this test.");
        var target = Path.Combine(ModelCache.Folder, $"test-{folder}");
        Directory.CreateDirectory(target);
        foreach (var name in new[] { script, "package.json" })
        {
            File.Copy(Path.Combine(source!, name), Path.Combine(target, name), overwrite: true);
        }

        var installed = Directory.Exists(Path.Combine(target, "node_modules", package))
            || Run("npm", null, "install", "--prefix", target, "--ignore-scripts", "--omit=optional", "--legacy-peer-deps", "--no-audit", "--no-fund", "--silent") is not null;
        Assert.SkipUnless(installed, $"npm could not install {package}.");
        return Path.Combine(target, script);
    }

    /// <summary>What a program writes; null where it fails or is not there.</summary>
    public static string? Run(string program, string? input, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string? Source(string folder)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var found = Path.Combine(at.FullName, "tests", "node", folder);
            if (Directory.Exists(found))
            {
                return found;
            }
        }

        return null;
    }
}
