using System.CommandLine;
using Atrium.Server.Hosting.FirstRun;
using Atrium.Server.Hosting.Instance;

namespace Atrium.Server.Cli;

/// <summary>Tells whether the hub runs and how to reach it.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "status",
            "Tell whether the hub runs and how to reach it. Exit code 0 when it runs, 3 when it does not.",
            "atrium status\natrium status -o json | jq -r .apiKey")
        {
            data,
            output,
        };
        command.SetAction(parsed => Run(LastData.Find(parsed.GetValue(data)), parsed.GetValue(output) == "json"));
        return command;
    }

    private static int Run(string data, bool json)
    {
        var running = RunningServer.Find(data);
        var installation = Installation.Read(data) is { } known
            ? known with
            {
                State = running is null ? "stopped" : "running",
                Pid = running?.ProcessId,
                Endpoint = running?.Endpoint ?? known.Endpoint,
                HttpsEndpoint = running?.HttpsEndpoint ?? known.HttpsEndpoint,
            }
            : throw new CliException($"There is no installation in '{data}'. 'atrium up' makes one.", ExitCodes.Stopped);
        Console.WriteLine(json ? installation.ToJson() : Table(installation));
        return running is null ? ExitCodes.Stopped : ExitCodes.Done;
    }

    private static string Table(Installation installation) => $"""
        state            {installation.State}{(installation.Pid is { } pid ? $" (process {pid})" : "")}
        endpoint         {installation.Endpoint}
        HTTPS endpoint   {installation.HttpsEndpoint}
        hub, project     {installation.Hub}, {installation.Project}
        data             {installation.DataFolder}
        """;
}
