using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Resources;

/// <summary>An action of a type: <c>POST {id}/listKeys</c>, <c>GET {id}/models</c>.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Name">The segment behind the id; compared without case.</param>
/// <param name="Permission">The RBAC action demanded at the id.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record ResourceAction(
    string Method, string Name, string Permission, Func<ActionContext, CancellationToken, Task<ActionResult>> RunAsync)
{
    /// <summary>Whether it leaves a row in the activity log: writes, and every reading of a secret.</summary>
    public bool IsLogged { get; init; } = true;

    /// <summary>Answered 202; runs as a durable job, perhaps twice, and its body becomes the operation's result.</summary>
    public bool IsLongRunning { get; init; }

    /// <summary>Whether it changes the resource, so that a ReadOnly lock forbids it.</summary>
    public bool Changes { get; init; }

    /// <summary>Whether the body of one that is long-running may hold a secret, so that it waits encrypted.</summary>
    public bool HasSecretBody { get; init; }

    /// <summary>Whether it also works on what is only read here and lies elsewhere (a hub's shared connection, in a project).</summary>
    public bool OnInherited { get; init; }

    /// <summary>Whether it also works on a soft-deleted resource (recover).</summary>
    public bool OnDeleted { get; init; }
}

/// <summary>One call of an action.</summary>
internal sealed record ActionContext
{
    public required Resource Resource { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>Scheme, host and base path, for links in answers; no slash at the end. Empty in a background job.</summary>
    public required string BaseUri { get; init; }

    public required ResourceReader Reader { get; init; }

    /// <summary>The request's body; null when there is none.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>The request's query; empty in a background job.</summary>
    public IQueryCollection Query { get; init; } = QueryCollection.Empty;

    public ResourceId Id => Resource.Id;
}

/// <summary>The answer of an action.</summary>
internal sealed record ActionResult(int Status, JsonNode? Body)
{
    /// <summary>Resources and secrets that the action changes; written in one transaction with the activity row.</summary>
    public Persistence.Commit? Commit { get; init; }

    public static ActionResult Ok(JsonNode body) => new(200, body);
}
