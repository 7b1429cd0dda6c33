using Atrium.Server.Hosting;
using Atrium.Server.Hosting.FirstRun;
using Atrium.Server.Hosting.Instance;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Cli.Up;

/// <summary>The steps of <c>atrium up</c>. Each finds what an earlier run left done.</summary>
internal sealed class Starter(string[] settings, bool foreground, TimeProvider clock)
{
    private readonly Progress progress = Progress.OnStandardError();

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationManager();
        configuration.AddAtriumSettings(settings);
        var data = configuration["Data"]!;
        PrivateFile.CreateFolder(data);
        PrivateFile.CreateFolder(RunningServer.FolderIn(data));
        using var turn = await StartLock.TakeAsync(data, progress, clock, cancellationToken);

        if (InstanceLock.Holder(data) is { } process)
        {
            progress.Note($"The hub already runs (process {process}). Changed settings need 'atrium down' first.");
            await ReadyWait.RunAsync(data, server: null, progress, clock, cancellationToken);
            return Finish(data);
        }

        if (foreground)
        {
            turn.Dispose();
            return await ServerProcess.RunAsync(settings, quiet: false, ready: _ => LastData.Remember(data));
        }

        using var server = DetachedServer.Start(data, settings);
        await ReadyWait.RunAsync(data, server, progress, clock, cancellationToken);
        return Finish(data);
    }

    private static int Finish(string data)
    {
        LastData.Remember(data);
        var installation = Installation.Read(data) ?? throw new CliException($"'{Path.Combine(data, Installation.FileName)}' is missing. 'atrium down' and 'atrium up' make it again.");
        Console.Write(Summary.Of(installation));
        return ExitCodes.Done;
    }
}
