using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources.Operations;

namespace Atrium.Server.Resources;

/// <summary>PUT and PATCH: load, check everything, write everything in one transaction.</summary>
internal sealed class ResourceWriter(
    IAtriumStore store,
    ResourceCatalog catalog,
    IAccessControl access,
    ISecretCipher cipher,
    LockKeeper locks,
    OperationQueue queue,
    IEnumerable<IWriteGate> gates,
    IEnumerable<PartType> parts,
    TimeProvider clock)
{
    /// <summary>How often a write without a condition is tried again when another writer was faster.</summary>
    private const int MaxTries = 8;

    public async Task<WriteResult> WriteAsync(
        ResourceType type, ResourceId id, JsonObject body, bool isPatch, ResourceRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var edit = await OpenAsync(type, id, body, isPatch, request, cancellationToken);
            if (request.AuthorizedAs is null)
            {
                await type.AuthorizeWriteAsync(edit, access, cancellationToken);
            }

            await CheckStateAsync(edit, request, cancellationToken);
            await type.PrepareAsync(edit, cancellationToken);
            if (edit.Problems.Count > 0)
            {
                throw ApiException.Invalid(edit.Problems);
            }

            foreach (var gate in gates)
            {
                await gate.CheckAsync(edit, request.CorrelationId, cancellationToken);
            }

            var (commit, operation) = Compose(edit, request);
            var outcome = await store.CommitAsync(commit, cancellationToken);
            if (outcome.Committed)
            {
                if (operation is not null)
                {
                    queue.Wake();
                }

                return new(new(commit.Resources[0].Resource! with { Version = outcome.Versions[0] }), edit.IsCreate, operation);
            }

            if (request.DemandOfPart is null && (request.IfMatch is not null || request.IfNoneMatch is not null))
            {
                throw ApiException.VersionMismatch(id);
            }

            if (attempt == MaxTries)
            {
                throw ApiException.Conflict("ConcurrentWrites", $"Other writes of '{id}' came first {MaxTries} times. Nothing was written. Try again.");
            }
        }
    }

    /// <summary>Merges what a provisioning step found into the document and sets its final state. Does nothing for a resource that has gone.</summary>
    public async Task FinishProvisioningAsync(JobContext job, JsonObject? change, bool failed, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            if (await store.FindAsync(job.Operation.ResourceKey, cancellationToken) is not { } stored)
            {
                return;
            }

            var body = JsonMergePatch.Apply(JsonNode.Parse(stored.Body), change ?? [])!.AsObject();
            ((JsonObject)(body["properties"] ??= new JsonObject()))["provisioningState"] = failed ? "Failed" : "Succeeded";
            var write = Replace(stored, stored with { Body = body.ToJsonString() });
            if ((await store.CommitAsync(new() { Resources = [write] }, cancellationToken)).Committed)
            {
                return;
            }
        }

        throw new InvalidOperationException($"'{job.Operation.ResourceId}' changed at each of {MaxTries} tries to finish it.");
    }

    /// <summary>A write by Atrium itself, in background work: same checks, same log.</summary>
    public Task<WriteResult> WriteAsync(ResourceId id, JsonObject body, string correlationId, CancellationToken cancellationToken)
    {
        var type = catalog.Find(id.Type) ?? throw new InvalidOperationException($"No type '{id.Type}' is declared.");
        return WriteAsync(type, id, body, isPatch: false, ResourceRequest.FromSystem(correlationId), cancellationToken);
    }

    public static ResourceWrite Replace(StoredResource before, StoredResource after) => new()
    {
        Key = before.Key,
        Type = before.Type,
        Resource = after,
        Expect = Expect.SameVersion,
        ExpectedVersion = before.Version,
    };

    private async Task<ResourceEdit> OpenAsync(
        ResourceType type, ResourceId id, JsonObject body, bool isPatch, ResourceRequest request, CancellationToken cancellationToken)
    {
        var reader = new ResourceReader(store);
        var before = await reader.FindAnyAsync(id.Key, cancellationToken);
        var problems = new List<Problem>();
        var sent = isPatch ? EditRules.ReadPatch(type.Body, body, problems) : EditRules.ReadPut(type.Body, body, problems);
        var live = before is { Stored.PurgeAt: null } || (!isPatch && type.RecoversByPut(sent)) ? before : null;
        if (live is not null)
        {
            EditRules.CheckImmutable(type.Body, live.Body, sent, "", problems);
        }
        else if (!isPatch && !type.NameRule.IsMatch(id.Name))
        {
            problems.Insert(0, new("name", $"'{id.Name}' is no name for a {type.Name}: it needs {type.NameRuleInWords}."));
        }

        var edit = new ResourceEdit
        {
            Id = live?.Id ?? id,
            AskedId = id,
            Type = type,
            Caller = request.Caller,
            Reader = reader,
            BaseUri = request.BaseUri,
            Now = clock.GetUtcNow(),
            IsPatch = isPatch,
            Sent = sent,
            Before = live,
            After = EditRules.Compose(type.Body, live?.Body, sent, isPatch),
            Link = live?.Stored.Link,
        };
        edit.Problems.AddRange(problems);
        EditRules.TakeSecrets(type.Body, edit.After, "", edit.Secrets);
        return edit;
    }

    private bool IsPart(ResourceEdit edit, ResourceId scope) => edit.Type.Parent is ResourceParent.Anything && parts.Any(part => scope.IsOfType(part.Name));

    private async Task CheckStateAsync(ResourceEdit edit, ResourceRequest request, CancellationToken cancellationToken)
    {
        var id = edit.Id;
        foreach (var parent in id.SelfAndAncestors().Skip(1).Where(a => a.Parent is not null).Reverse())
        {
            if (await edit.Reader.FindAsync(parent, cancellationToken) is null && !IsPart(edit, parent))
            {
                throw parent.Type is ResourceId.SubscriptionType or ResourceId.ResourceGroupType
                    ? ApiException.NotFound(parent)
                    : ApiException.NotFound("ParentResourceNotFound", $"'{id}' cannot be made: '{parent}' was not found.");
            }
        }

        if (edit.IsPatch && edit.IsCreate)
        {
            throw ApiException.NotFound(id);
        }

        if (request.DemandOfPart is { } demand)
        {
            demand(edit.Before);
        }
        else if (!Preconditions.Hold(edit.Before?.Stored.Version, request.IfMatch, request.IfNoneMatch))
        {
            throw ApiException.VersionMismatch(id);
        }

        if (edit.IsCreate && await edit.Reader.FindAnyAsync(id.Key, cancellationToken) is { Stored.PurgeAt: { } purgeAt })
        {
            throw ApiException.Conflict(
                "SoftDeletedResourceExists",
                $"'{id}' is soft-deleted until {purgeAt:u} and keeps its name. Recover it ({edit.Type.RecoveryInWords}) or purge it (DELETE with forceToPurge=true).");
        }

        await locks.DemandWritableAsync(id, cancellationToken);
    }

    private (Commit Commit, StoredOperation? Operation) Compose(ResourceEdit edit, ResourceRequest request)
    {
        var provisions = edit.Type.Provisions(edit);
        if (edit.Type.HasProvisioningState)
        {
            edit.Properties["provisioningState"] = !provisions ? "Succeeded" : edit.IsCreate ? "Creating" : "Updating";
        }

        edit.After["systemData"] = EditRules.Stamp(edit.Before?.Body["systemData"], edit.Caller, edit.Now);
        var stored = new StoredResource
        {
            Key = edit.Id.Key,
            Id = edit.Id.Text,
            Type = edit.Type.Name.ToLowerInvariant(),
            Body = edit.After.ToJsonString(),
            Link = edit.Link,
        };
        var write = edit.Before is { } before
            ? Replace(before.Stored, stored)
            : new() { Key = stored.Key, Type = stored.Type, Resource = stored, Expect = Expect.Nothing };
        var operation = provisions ? OperationKinds.Start(OperationKinds.Provision, edit.Id, request, edit.Now) : null;
        var commit = new Commit
        {
            Resources = [write, .. edit.AlsoWrite],
            Secrets = [.. edit.Secrets.Select(s => new SecretWrite(stored.Key, s.Key, s.Value is null ? null : cipher.Encrypt(stored.Key, s.Key, s.Value))), .. edit.AlsoKeep],
            Operations = operation is null ? [] : [operation],
            Activity = [Activity.Row(edit.Now, request.AuthorizedAs ?? $"{edit.Type.OperationName}/write", edit.Id, request, provisions ? "Accepted" : "Succeeded", edit.IsCreate ? 201 : 200), .. edit.AlsoLog],
        };
        return (commit, operation);
    }
}

/// <summary>What a PUT or PATCH came to.</summary>
internal sealed record WriteResult(Resource Resource, bool IsCreated, StoredOperation? Operation);
