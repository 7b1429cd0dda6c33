using System.CommandLine;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Cli;

/// <summary>Lets a model server of the operator's answer: makes a connection on the hub and a deployment through it.</summary>
internal static class ConnectCommand
{
    private const string MachineLearningVersion = "?api-version=2024-04-01";
    private const string AzureOpenAI = "azure-openai";
    private const string CognitiveVersion = "?api-version=2024-10-01";

    /// <summary>What can be connected, and the connection category it becomes. All but Azure OpenAI speak the OpenAI dialect.</summary>
    private static readonly Dictionary<string, string> Categories = new()
    {
        ["ollama"] = "OpenAI",
        ["vllm"] = "OpenAI",
        ["llamacpp"] = "OpenAI",
        ["openai"] = "OpenAI",
        [AzureOpenAI] = "AzureOpenAI",
    };

    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "ollama, vllm, llamacpp, openai or azure-openai." };
        kind.AcceptOnlyFromAmong([.. Categories.Keys]);
        var url = new Argument<string>("url") { Description = "The server's address." };
        var model = new Option<string?>("--model") { Description = "The model's name there; with azure-openai the deployment's. May be left out where the server has one model." };
        var name = new Option<string?>("--name") { Description = "Name of the connection. Default: the kind." };
        var deployment = new Option<string>("--deployment") { Description = "Name of the deployment that answers through it.", DefaultValueFactory = _ => "chat" };
        var key = new Option<string?>("--key") { Description = "The server's key. ATRIUM_CONNECT_KEY keeps it out of the list of processes." };
        var data = CommonOptions.Data();
        var command = new DocumentedCommand(
            "connect",
            "Connect a model server: the deployment 'chat' (or --deployment) answers through it from then on, for all projects of the hub.",
            "atrium connect ollama http://127.0.0.1:11434\natrium connect vllm http://127.0.0.1:8000 --model llama3.2 --deployment llama\nATRIUM_CONNECT_KEY=... atrium connect openai https://api.example.org --model gpt-4o-mini --deployment gpt")
        {
            kind, url, model, name, deployment, key, data,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var server = AddressOf(parsed.GetRequiredValue(url));
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var secret = parsed.GetValue(key) ?? Environment.GetEnvironmentVariable("ATRIUM_CONNECT_KEY");
            var chosen = await ChooseAsync(parsed.GetRequiredValue(kind), server, parsed.GetValue(model), secret, cancellationToken);
            var connection = hub.ResourceGroup
                .Resource("Microsoft.MachineLearningServices/workspaces", hub.Installation.Hub!)
                .Child("connections", parsed.GetValue(name) ?? parsed.GetRequiredValue(kind));
            await hub.CallAsync(HttpMethod.Put, connection + MachineLearningVersion, Connection(parsed.GetRequiredValue(kind), parsed.GetRequiredValue(url), secret), cancellationToken);
            var deployed = hub.ResourceGroup
                .Resource("Microsoft.CognitiveServices/accounts", hub.Installation.AiServicesAccount!)
                .Child("deployments", parsed.GetValue(deployment)!);
            await hub.CallAsync(HttpMethod.Put, deployed + CognitiveVersion, Deployment(chosen, connection), cancellationToken);
            Console.WriteLine($"The deployment '{deployed.Name}' now answers with '{chosen}' of {parsed.GetRequiredValue(url)}, through the connection '{connection.Name}'.");
        });
        return command;
    }

    private static Uri AddressOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new CliException($"'{text}' is no address of a server. One begins with http:// or https://, such as http://127.0.0.1:11434.", ExitCodes.Misused);

    /// <summary>The model that was named, or the only one that the server has. A server that is away now may be there later, so it only keeps from choosing.</summary>
    private static async Task<string> ChooseAsync(string kind, Uri server, string? named, string? key, CancellationToken cancellationToken)
    {
        if (kind == AzureOpenAI)
        {
            return named ?? throw new CliException("--model is required with azure-openai: the name of the deployment there.", ExitCodes.Misused);
        }

        IReadOnlyList<string> models;
        try
        {
            models = await ModelServer.ModelsAsync(server, key, cancellationToken);
        }
        catch (CliException failed) when (named is not null)
        {
            await Console.Error.WriteLineAsync($"{failed.Message.TrimEnd('.')}. The connection is made all the same.");
            return named;
        }

        var list = models.Count == 0 ? "no model" : string.Join(", ", models);
        if (named is not null && models.Count > 0 && !models.Contains(named, StringComparer.OrdinalIgnoreCase))
        {
            await Console.Error.WriteLineAsync($"{server} does not list '{named}'. It lists: {list}.");
        }

        return named ?? (models is [var only] ? only : throw new CliException($"Say with --model which model answers. {server} has: {list}.", ExitCodes.Misused));
    }

    private static JsonObject Connection(string kind, string url, string? key)
    {
        var properties = new JsonObject
        {
            ["category"] = Categories[kind],
            ["target"] = url,
            ["authType"] = key is null ? "None" : "ApiKey",
            ["isSharedToAll"] = true,
        };
        if (key is not null)
        {
            properties["credentials"] = new JsonObject { ["key"] = key };
        }

        return new() { ["properties"] = properties };
    }

    private static JsonObject Deployment(string model, ResourceId connection) => new()
    {
        ["sku"] = new JsonObject { ["name"] = "Standard", ["capacity"] = 1 },
        ["properties"] = new JsonObject
        {
            ["model"] = new JsonObject { ["format"] = "OpenAI", ["name"] = model, ["source"] = connection.Text },
        },
    };
}
