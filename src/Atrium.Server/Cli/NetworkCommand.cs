using System.CommandLine;
using System.Text.Json.Nodes;

namespace Atrium.Server.Cli;

/// <summary>Asks what may be reached from a hub or project.</summary>
internal static class NetworkCommand
{
    private const string Version = "?api-version=2024-04-01";

    public static Command Create() => new("network", "What may be reached from the hub.") { Check() };

    private static DocumentedCommand Check()
    {
        var (data, output) = (CommonOptions.Data(), CommonOptions.Output());
        var host = new Argument<string>("host") { Description = "A host name or IP address." };
        var port = new Option<int>("--port") { Description = "The port.", DefaultValueFactory = _ => 443 };
        var project = new Option<string?>("--project") { Description = "From a project. Default: from the hub, whose network its projects have." };
        var command = new DocumentedCommand(
            "check",
            "Tell whether a host and port may be reached, by which outbound rule, and which one is lacking if not. Exit code 0 when it may be reached, 1 when not.",
            "atrium network check pypi.org\natrium network check db.example.org --port 5432 -o json")
        {
            host, port, project, data, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var workspace = hub.ResourceGroup.Resource("Microsoft.MachineLearningServices/workspaces", parsed.GetValue(project) ?? hub.Installation.Hub!);
            var body = new JsonObject { ["host"] = parsed.GetRequiredValue(host), ["port"] = parsed.GetValue(port) };
            var answer = await hub.CallAsync(HttpMethod.Post, $"{workspace}/checkOutbound{Version}", body, cancellationToken);
            Console.WriteLine(parsed.GetValue(output) == "json" ? answer.ToJsonString(new() { WriteIndented = true }) : InWords(answer));
            return answer["allowed"]!.GetValue<bool>() ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static string InWords(JsonObject answer) =>
        $"{answer["host"]}:{answer["port"]} {(answer["allowed"]!.GetValue<bool>() ? "may be reached" : "may not be reached")} ({answer["isolationMode"]}). {answer["reason"]}";
}
