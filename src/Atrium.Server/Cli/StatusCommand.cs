using System.CommandLine;
using Atrium.Server.Hosting.FirstRun;

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
        command.SetAction((parsed, cancellationToken) => RunAsync(LastData.Find(parsed.GetValue(data)), parsed.GetValue(output) == "json", cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string data, bool json, CancellationToken cancellationToken)
    {
        var installation = await LiveInstallation.ReadAsync(data, cancellationToken);
        Console.WriteLine(json ? installation.ToJson() : Table(installation));
        return installation.Pid is null ? ExitCodes.Stopped : ExitCodes.Done;
    }

    private static string Table(Installation installation) => $"""
        state            {installation.State}{(installation.Pid is { } pid ? $" (process {pid})" : "")}
        endpoint         {installation.Endpoint}
        HTTPS endpoint   {installation.HttpsEndpoint}
        key              {installation.ApiKey}
        hub, project     {installation.Hub}, {installation.Project}
        data             {installation.DataFolder}
        """;
}
