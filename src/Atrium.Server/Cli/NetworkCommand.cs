using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Atrium.Server.Egress;
using Atrium.Server.Network.Namespaces;

namespace Atrium.Server.Cli;

/// <summary>Asks what may be reached from a hub or project, and runs programs in its network.</summary>
internal static class NetworkCommand
{
    private const string Version = "?api-version=2024-04-01";

    public static Command Create() => new("network", "What may be reached from the hub.") { Check(), Run() };

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

    private static DocumentedCommand Run()
    {
        var data = CommonOptions.Data();
        var project = new Option<string?>("--project") { Description = "The network of a project. Default: of the hub, whose network its projects have." };
        var program = new Argument<string[]>("command") { Description = "The program and its arguments, after '--'.", Arity = ArgumentArity.OneOrMore };
        var command = new DocumentedCommand(
            "run",
            "Run a program in the hub's managed network: it reaches what the outbound rules allow, and nothing else. Every connection is decided when it is made. As root; needs iproute2 and nftables. Ends with the program's exit code.",
            "sudo atrium network run -- curl https://pypi.org\nsudo atrium network run --project one -- python3 train.py")
        {
            project, data, program,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (NetworkNamespace.Lacking() is { } lacking)
            {
                throw new CliException($"A program cannot be run in the managed network here: {lacking}.");
            }

            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var workspace = hub.ResourceGroup.Resource("Microsoft.MachineLearningServices/workspaces", parsed.GetValue(project) ?? hub.Installation.Hub!);
            using var logs = LoggerFactory.Create(_ => { });
            await using var inside = await NetworkNamespace.MakeAsync(new ApiWayOut(hub, workspace, Version), new Outside(TimeProvider.System), logs.CreateLogger<NamespaceRelay>(), cancellationToken);
            var words = parsed.GetRequiredValue(program);
#pragma warning disable RS0030 // It runs in a network of its own, whose one way out asks the hub.
            using var process = Process.Start(inside.StartInfo(words[0], words[1..])) ?? throw new CliException($"'{words[0]}' does not start.");
#pragma warning restore RS0030
            try
            {
                await process.WaitForExitAsync(cancellationToken);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }

            return process.ExitCode;
        });
        return command;
    }

    private static string InWords(JsonObject answer) =>
        $"{answer["host"]}:{answer["port"]} {(answer["allowed"]!.GetValue<bool>() ? "may be reached" : "may not be reached")} ({answer["isolationMode"]}). {answer["reason"]}";
}
