using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Connections.Audit;

/// <summary>
/// <c>GET {hub}/connectionAudit</c>: every connection of the hub and of its projects, who made it, when it was last used and by whom, when its secret expires and
/// whether it is due to be replaced; with <c>due=true</c> only those that are. Of the projects those whose connections the caller may read. No secret is read for it.
/// Atrium's own; the published API has nothing like it.
/// </summary>
internal sealed class ConnectionAudit(ConnectionSecrets secrets, ConnectionUses uses, IAccessControl access, ICallerNames names, IOptions<ConnectionsOptions> options, TimeProvider clock) : IWorkspaceActions
{
    private const string Read = $"{ConnectionType.TypeName}/read";
    private const int PageSize = 200;
    private static readonly string[] Shown = ["category", "authType", "target", "isSharedToAll", "expiryTime"];

    public IEnumerable<ResourceAction> Actions => [new("GET", "connectionAudit", Read, ShowAsync) { IsLogged = false }];

    /// <summary>
    /// The rows of connections. Those are walked and not the workspaces that they are in: of a hundred thousand projects most have none of their own.
    /// </summary>
    /// <param name="prefix">Only connections below this key; empty for all.</param>
    /// <param name="reader">Reads the workspaces, each once.</param>
    /// <param name="isAsked">Which workspaces' rows are wanted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async IAsyncEnumerable<(Rotation Rotation, JsonObject Row)> RowsAsync(
        string prefix,
        ResourceReader reader,
        Func<Resource, ValueTask<bool>> isAsked,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new ResourceQuery { Type = ConnectionType.TypeName.ToLowerInvariant(), KeyPrefix = prefix, Take = PageSize };
        await foreach (var connection in reader.AllAsync(query, cancellationToken))
        {
            if (await reader.FindAsync(connection.Id.Parent!, cancellationToken) is { } workspace && await isAsked(workspace))
            {
                yield return await RowAsync(workspace, connection, cancellationToken);
            }
        }
    }

    private async Task<ActionResult> ShowAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var onlyDue = "true".Equals(call.Query["due"], StringComparison.OrdinalIgnoreCase);
        var rows = new JsonArray();
        await AddAsync(RowsAsync(call.Resource.Id.ChildPrefix, call.Reader, _ => new(true), cancellationToken));
        if (call.Resource.Stored.Link is null)
        {
            await AddAsync(RowsAsync("", call.Reader, IsReadableProjectAsync, cancellationToken));
        }

        return ActionResult.Ok(new JsonObject { ["value"] = rows });

        async ValueTask<bool> IsReadableProjectAsync(Resource workspace) =>
            workspace.Stored.Link == call.Resource.Stored.Key && await access.IsAllowedAsync(call.Caller, Read, workspace.Id, cancellationToken);

        async Task AddAsync(IAsyncEnumerable<(Rotation Rotation, JsonObject Row)> found)
        {
            await foreach (var (rotation, row) in found)
            {
                if (rotation.IsDue || !onlyDue)
                {
                    rows.Add(row);
                }
            }
        }
    }

    private async ValueTask<(Rotation Rotation, JsonObject Row)> RowAsync(Resource workspace, Resource connection, CancellationToken cancellationToken)
    {
        var secret = await secrets.LookAsync(connection, cancellationToken);
        var use = await uses.FindAsync(connection.Id, cancellationToken);
        var health = await uses.HealthAsync(connection.Id, cancellationToken);
        var expires = secret?.Expires ?? (DateTimeOffset.TryParse(connection.Properties.Text("expiryTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null);
        var rotation = RotationRules.Of(secret?.Created, expires, options.Value, clock.GetUtcNow());
        var made = connection.Body["systemData"] as JsonObject ?? [];
        var row = new JsonObject
        {
            ["id"] = connection.Id.Text,
            ["name"] = connection.Id.Name,
            ["workspace"] = workspace.Id.Text,
            ["workspaceKind"] = Workspaces.KindOf(workspace.Body),
        };
        foreach (var name in Shown)
        {
            row[name] = connection.Properties[name]?.DeepClone();
        }

        foreach (var name in (string[])["createdBy", "createdByType", "createdAt", "lastModifiedBy", "lastModifiedAt"])
        {
            row[name] = made[name]?.DeepClone();
        }

        row["lastUsed"] = use is null ? null : new JsonObject { ["at"] = use.At, ["by"] = use.By, ["byName"] = await names.FindAsync(use.By, cancellationToken), ["for"] = use.For, ["in"] = use.In };
        row["secret"] = secret is null ? null : new JsonObject { ["createdAt"] = secret.Created, ["expiresAt"] = expires, ["enabled"] = secret.IsEnabled };
        row["health"] = health is null ? null : new JsonObject { ["result"] = health.Result, ["message"] = health.Message, ["testedAt"] = health.At };
        row["rotation"] = rotation.ToJson();
        return (rotation, row);
    }
}
