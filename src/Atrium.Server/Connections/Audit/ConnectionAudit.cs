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
internal sealed class ConnectionAudit(ConnectionSecrets secrets, ConnectionUses uses, IAccessControl access, IOptions<ConnectionsOptions> options, TimeProvider clock) : IWorkspaceActions
{
    private const string Read = $"{ConnectionType.TypeName}/read";
    private const int PageSize = 200;
    private static readonly string[] Shown = ["category", "authType", "target", "isSharedToAll", "expiryTime"];

    public IEnumerable<ResourceAction> Actions => [new("GET", "connectionAudit", Read, ShowAsync) { IsLogged = false }];

    /// <summary>The rows of one workspace's own connections.</summary>
    public async IAsyncEnumerable<(Rotation Rotation, JsonObject Row)> RowsAsync(
        Resource workspace, ResourceReader reader, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new ResourceQuery { Type = ConnectionType.TypeName.ToLowerInvariant(), KeyPrefix = workspace.Id.ChildPrefix, Take = PageSize };
        await foreach (var connection in reader.AllAsync(query, cancellationToken))
        {
            yield return await RowAsync(workspace, connection, cancellationToken);
        }
    }

    private async Task<ActionResult> ShowAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var onlyDue = "true".Equals(call.Query["due"], StringComparison.OrdinalIgnoreCase);
        var rows = new JsonArray();
        await foreach (var workspace in WorkspacesAsync(call, cancellationToken))
        {
            await foreach (var (rotation, row) in RowsAsync(workspace, call.Reader, cancellationToken))
            {
                if (rotation.IsDue || !onlyDue)
                {
                    rows.Add(row);
                }
            }
        }

        return ActionResult.Ok(new JsonObject { ["value"] = rows });
    }

    private async IAsyncEnumerable<Resource> WorkspacesAsync(ActionContext call, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return call.Resource;
        var query = new ResourceQuery { Type = Workspaces.TypeKey, Link = call.Resource.Stored.Key, Take = PageSize };
        await foreach (var project in call.Reader.AllAsync(query, cancellationToken))
        {
            if (await access.IsAllowedAsync(call.Caller, Read, project.Id, cancellationToken))
            {
                yield return project;
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

        row["lastUsed"] = use is null ? null : new JsonObject { ["at"] = use.At, ["by"] = use.By, ["for"] = use.For, ["in"] = use.In };
        row["secret"] = secret is null ? null : new JsonObject { ["createdAt"] = secret.Created, ["expiresAt"] = expires, ["enabled"] = secret.IsEnabled };
        row["health"] = health is null ? null : new JsonObject { ["result"] = health.Result, ["message"] = health.Message, ["testedAt"] = health.At };
        row["rotation"] = rotation.ToJson();
        return (rotation, row);
    }
}
