using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Projects;

/// <summary>The project's own keys for the data plane: <c>listApiKeys</c> and <c>regenerateApiKey</c>. Two, so that they can be changed one after the other without a gap.</summary>
internal sealed class ProjectKeyActions(ISecretCipher cipher) : IWorkspaceActions
{
    public IEnumerable<ResourceAction> Actions =>
    [
        new("POST", "listApiKeys", $"{Workspaces.Type}/listApiKeys/action", ListAsync),
        new("POST", "regenerateApiKey", $"{Workspaces.Type}/regenerateApiKey/action", RegenerateAsync) { Changes = true },
    ];

    private async Task<ActionResult> ListAsync(ActionContext call, CancellationToken cancellationToken)
    {
        DemandProject(call);
        return ActionResult.Ok(await ReadAsync(call, cancellationToken));
    }

    private async Task<ActionResult> RegenerateAsync(ActionContext call, CancellationToken cancellationToken)
    {
        DemandProject(call);
        var wish = call.Body?["keyName"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var name = ProjectKeys.Names.FirstOrDefault(n => n.Equals(wish, StringComparison.OrdinalIgnoreCase))
            ?? throw ApiException.Invalid("keyName", "'keyName' must be Key1 or Key2.");
        var keys = await ReadAsync(call, cancellationToken);
        var body = call.Resource.Body.DeepClone().AsObject();
        var key = ProjectKeys.Make(name, (JsonObject)(body[Resource.InternalName] ??= new JsonObject()));
        keys[name] = key;
        var stored = call.Resource.Stored;
        var secret = ProjectKeys.SecretName(name);
        return ActionResult.Ok(keys) with
        {
            Commit = new()
            {
                Resources = [ResourceWriter.Replace(stored, stored with { Body = body.ToJsonString() })],
                Secrets = [new SecretWrite(stored.Key, secret, cipher.Encrypt(stored.Key, secret, key))],
            },
        };
    }

    private async ValueTask<JsonObject> ReadAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var keys = new JsonObject();
        foreach (var name in ProjectKeys.Names)
        {
            var secret = ProjectKeys.SecretName(name);
            var kept = await call.Reader.Store.FindSecretAsync(call.Id.Key, secret, cancellationToken);
            keys[name] = kept is null ? null : cipher.Decrypt(call.Id.Key, secret, kept);
        }

        return keys;
    }

    private static void DemandProject(ActionContext call)
    {
        if (!Workspaces.IsProject(call.Resource.Body))
        {
            throw ApiException.BadRequest("NotAProject", $"Only projects have keys of their own; '{call.Id}' is of kind {Workspaces.KindOf(call.Resource.Body)}. The hub's keys are those of its AI services account.");
        }
    }
}
