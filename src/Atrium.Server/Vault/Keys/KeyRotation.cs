using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Keys;

/// <summary>Gives keys new versions, by hand or by their policies.</summary>
internal sealed class KeyRotation(IAtriumStore store, KeyStore keys, KeyMaker maker, TimeProvider clock)
{
    private const string NearExpiry = "nearExpiry/action";
    private const int PageSize = 200;

    /// <summary>A new version of the same kind as the current one, with its tags and operations.</summary>
    /// <returns>Null where there is none, or where it was changed by others meanwhile.</returns>
    public async Task<VaultItem?> RotateAsync(VaultItem head, ActivityRow log, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var policy = await keys.FindPolicyAsync(head.Id, cancellationToken);
        var document = VaultDocument.New(now);
        var attributes = document["attributes"]!;
        attributes["updated"] = now.ToUnixTimeSeconds();
        if (RotationPolicy.ExpiryOf(policy?.Document, now) is { } expires)
        {
            attributes["exp"] = expires.ToUnixTimeSeconds();
        }

        if (head.Document["tags"] is { } tags)
        {
            document["tags"] = tags.DeepClone();
        }

        var before = head.Document["key"]!.AsObject();
        document["key"] = new JsonObject { ["key_ops"] = before["key_ops"]!.DeepClone() };
        var pair = await maker.MakeAsync(KeySpec.Of(before), cancellationToken);
        KeyBody.Complete(document, pair);
        document["version"] = VaultKind.NewVersion();
        var commit = await keys.ComposeAsync(head.Id, head, pair.Private, document, cancellationToken) with { Activity = [log] };
        return (await store.CommitAsync(commit, cancellationToken)).Committed ? new(commit.Resources[1].Resource!) : null;
    }

    /// <summary>Does what the policies of all keys say is due. Where another node is faster, nothing is done twice.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        string? after = null;
        while (await store.ListAsync(new() { Type = KeyStore.PolicyRow, After = after, Take = PageSize }, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                await StepAsync(new(row), cancellationToken);
            }

            after = page[^1].Key;
        }
    }

    private async Task StepAsync(VaultItem policy, CancellationToken cancellationToken)
    {
        var key = policy.Id.Parent!;
        if (await store.FindAsync(key.Key, cancellationToken) is not { PurgeAt: null } row || await store.FindAsync(key.Parent!.Key, cancellationToken) is not { PurgeAt: null })
        {
            return;
        }

        var head = new VaultItem(row);
        var now = clock.GetUtcNow();
        switch (RotationPolicy.Due(policy.Document, head.Document, now))
        {
            case RotationStep.Rotate:
                await RotateAsync(head, VaultActivity.Row(now, KeyRight.Rotate, key, Caller.System.ObjectId, head.Version), cancellationToken);
                break;
            case RotationStep.Notify:
                policy.Document["notified"] = head.Version;
                var told = policy.Row with { Body = policy.Document.ToJsonString() };
                var log = VaultActivity.Row(now, KeyRight.Rotate, key, Caller.System.ObjectId, head.Version) with { Operation = $"{VaultKind.Keys.Type}/{NearExpiry}" };
                await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(policy.Row, told)], Activity = [log] }, cancellationToken);
                break;
        }
    }
}
