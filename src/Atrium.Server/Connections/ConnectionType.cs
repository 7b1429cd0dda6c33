using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Connections.Audit;
using Atrium.Server.Connections.Health;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Connections;

/// <summary>
/// <c>workspaces/connections</c>: how a hub or project reaches an outside service. A project sees its own and those that its hub shares; where both have a name,
/// the project's own is meant. The secret leaves by <c>listsecrets</c> only.
/// </summary>
internal sealed partial class ConnectionType(ConnectionSecrets secrets, ConnectionUses uses, ConnectionTest test, IAccessControl access) : ResourceType
{
    public const string TypeName = $"{Workspaces.Type}/connections";
    private const int PageSize = 200;

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.Resource;

    public override ImmutableArray<string> ApiVersions => MachineLearningVersions.All;

    public override ObjectShape Body => ConnectionShape.Body;

    public override Regex NameRule => Names();

    public override string NameRuleInWords => "3 to 64 letters, digits, hyphens, underscores or dots, and a letter or digit at the beginning";

    public override int CreatedStatus => 200;

    public override bool HasProvisioningState => false;

    public override IReadOnlyList<ResourceAction> Actions =>
    [
        new("POST", "listsecrets", $"{TypeName}/listsecrets/action", ShowSecretsAsync) { OnInherited = true },
        new("POST", "testconnection", $"{TypeName}/testconnection/action", test.RunAsync) { OnInherited = true, IsLongRunning = true, HasSecretBody = true },
    ];

    public override IEnumerable<ResourceWrite> RemoveWith(Resource resource) => ConnectionSecrets.RemoveWith(resource);

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        var workspace = await edit.Reader.FindAsync(edit.Id.Parent!, cancellationToken);
        var isOnProject = workspace is not null && Workspaces.IsProject(workspace.Body);
        var sent = edit.Secrets.TryGetValue(ConnectionShape.CredentialsSecret, out var credentials);
        edit.Problems.AddRange(ConnectionRules.Check(edit.Properties, credentials is null ? null : JsonNode.Parse(credentials) as JsonObject, edit.Before?.Properties, isOnProject));
        edit.Properties["group"] = ConnectionRules.GroupOf(edit.Text("category"));
        edit.Properties["createdByWorkspaceArmId"] = workspace?.Id.Text;
        edit.Properties["isSharedToAll"] ??= !isOnProject;
        if (edit.Before is { } before && (string?)before.Properties["authType"] != edit.Text("authType") && !sent)
        {
            edit.Secrets[ConnectionShape.CredentialsSecret] = null;
        }

        if (workspace is not null)
        {
            await ConnectionTarget.SettleAsync(edit, workspace, access, cancellationToken);
            await secrets.KeepAsync(edit, workspace, cancellationToken);
        }
    }

    /// <summary>A project finds its hub's shared connection by its name.</summary>
    public override async ValueTask<Resource?> FindInheritedAsync(ResourceId id, ResourceReader reader, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(id.Parent!, cancellationToken) is not { Stored.Link: { } link } || await reader.FindAnyAsync(link, cancellationToken) is not { Stored.PurgeAt: null } hub)
        {
            return null;
        }

        return await reader.FindAsync(hub.Id.Child("connections", id.Name), cancellationToken) is { } shared && IsShared(shared) ? shared : null;
    }

    public override async ValueTask<JsonObject?> ListAsync(
        ResourceId scope, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken)
    {
        await access.DemandAsync(request.Caller, $"{TypeName}/read", scope, cancellationToken);
        var workspace = await reader.FindAsync(scope, cancellationToken) ?? throw ApiException.NotFound(scope);
        var found = new List<Resource>();
        var query = new ResourceQuery { Type = TypeName.ToLowerInvariant(), KeyPrefix = scope.ChildPrefix, Take = PageSize };
        await foreach (var own in reader.AllAsync(query, cancellationToken))
        {
            found.Add(own);
        }

        if (workspace.Stored.Link is { } hub)
        {
            await foreach (var shared in reader.AllAsync(query with { KeyPrefix = hub + "/" }, cancellationToken))
            {
                if (IsShared(shared) && !found.Exists(own => own.Id.Name.Equals(shared.Id.Name, StringComparison.OrdinalIgnoreCase)))
                {
                    found.Add(shared);
                }
            }
        }

        var items = new JsonArray();
        foreach (var connection in found.Where(c => Fits(c, "category", request.Query["category"]) && Fits(c, "target", request.Query["target"])))
        {
            items.Add(await ResourceQueries.ViewAsync(this, connection, reader, cancellationToken));
        }

        return new() { ["value"] = items };
    }

    public static bool IsShared(Resource connection) => connection.Properties["isSharedToAll"]?.GetValue<bool>() != false;

    private static bool Fits(Resource connection, string property, string? wanted) =>
        string.IsNullOrEmpty(wanted) || wanted.Equals((string?)connection.Properties[property], StringComparison.OrdinalIgnoreCase);

    private async Task<ActionResult> ShowSecretsAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var view = await ResourceQueries.ViewAsync(this, call.Resource, call.Reader, cancellationToken);
        foreach (var (name, value) in await secrets.ReadAsync(call.Resource, call.Caller.ObjectId, Guid.NewGuid().ToString(), cancellationToken))
        {
            view["properties"]![name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]] = value;
        }

        uses.Note(call.Id, new(call.Caller.ObjectId, "listsecrets"));
        return ActionResult.Ok(view);
    }

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_.-]{2,63}$")]
    private static partial Regex Names();
}
