using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Portal.Frame;
using Atrium.Portal.Hosting;

namespace Atrium.Portal.Api;

/// <summary>A deployment: a model under a name.</summary>
public sealed record Deployment
{
    /// <summary>Its id, which says whether it is the account's or a project's.</summary>
    public required ResourceId Id { get; init; }

    /// <summary>The model asked for.</summary>
    public required string Model { get; init; }

    /// <summary>The model that answers.</summary>
    public string? Served { get; init; }

    /// <summary>embedded, substitute or connection.</summary>
    public string? Reason { get; init; }

    /// <summary>The connection that it is reached by.</summary>
    public ResourceId? Source { get; init; }

    /// <summary>Succeeded, Failed, ...</summary>
    public string? State { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Whether it is the hub's, seen by somebody who may call it and may not see it as a resource; its id is none then.</summary>
    public bool IsCallableOnly { get; init; }

    /// <summary>Whether it is the project's own.</summary>
    public bool IsProjects => !IsCallableOnly && Id.IsOfType($"{ApiPaths.WorkspaceType}/deployments");

    /// <summary>What the names tell of what it does, where the catalog does not know.</summary>
    public string Kind { get; init; } = "chatCompletion";

    /// <summary>Reads an answer.</summary>
    public static Deployment Read(JsonObject body)
    {
        var properties = body["properties"] as JsonObject ?? [];
        var (model, served) = ((string?)properties["model"]?["name"] ?? "", (string?)properties["servedBy"]?["model"]);
        return new()
        {
            Id = ResourceId.Parse((string)body["id"]!),
            Model = model,
            Served = served,
            Reason = (string?)properties["servedBy"]?["reason"],
            Source = ResourceId.TryParse((string?)properties["model"]?["source"], out var source, out _) ? source : null,
            State = (string?)properties["provisioningState"],
            Created = Times.Created(body),
            Kind = KindOf($"{model} {served}"),
        };
    }

    /// <summary>Those that a hub or project can use: the account's, and a project's own first.</summary>
    public static async Task<IReadOnlyList<Deployment>> ListAsync(HubApi api, WorkspaceView view, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(view);
        var own = view.Self.IsProject ? api.ListOrNoneAsync(ApiPaths.ProjectDeployments(view.Id), cancellationToken) : null;
        var shared = view.Account is { } account ? api.ListOrNoneAsync(ApiPaths.Deployments(account), cancellationToken) : null;
        var mine = (own is null ? null : await own) ?? [];
        var hubs = (shared is null ? null : await shared) ?? [];
        var callable = view.CanUseModels && view.Self.IsProject && hubs.Count == 0 ? await ListCallableAsync(api, view, cancellationToken) : [];
        return [.. mine.Concat(hubs).Select(Read).Concat(callable).DistinctBy(d => d.Id.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Those that calls can name, for somebody who has a role on the project and none on the hub's account.</summary>
    private static async Task<IReadOnlyList<Deployment>> ListCallableAsync(HubApi api, WorkspaceView view, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{view.DataPath}/openai/v1/models");
            using var answer = await api.CallAsync(request, PortalTokenUse.AiServices, HttpCompletionOption.ResponseContentRead, cancellationToken);
            var models = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))?["data"] as JsonArray ?? [];
            return [.. models.OfType<JsonObject>().Select(m => new Deployment
            {
                Id = view.Id.Child("deployments", (string)m["id"]!),
                IsCallableOnly = true,
                Model = (string?)m["model"] ?? "",
                Served = (string?)m["model"],
                State = (string?)m["status"] == "succeeded" ? "Succeeded" : "Failed",
                Kind = KindOf($"{m["id"]} {m["model"]}"),
            })];
        }
        catch (HubApiException)
        {
            return [];
        }
    }

    private static string KindOf(string names) => names.Contains("embed", StringComparison.OrdinalIgnoreCase) || names.Contains("use-lite", StringComparison.OrdinalIgnoreCase) ? "embeddings"
        : names.Contains("whisper", StringComparison.OrdinalIgnoreCase) || names.Contains("moonshine", StringComparison.OrdinalIgnoreCase) || names.Contains("transcribe", StringComparison.OrdinalIgnoreCase) ? "audioTranscription"
        : "chatCompletion";
}
