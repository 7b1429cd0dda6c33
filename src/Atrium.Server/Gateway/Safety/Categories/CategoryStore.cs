using Atrium.Contracts;
using Atrium.Inference.CustomCategories;
using Atrium.Persistence;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Safety.Categories;

/// <summary>Writes versions of custom categories, each with its examples and its row of the activity log in one transaction.</summary>
internal sealed class CategoryStore(IAtriumStore store, TimeProvider clock)
{
    private const int MostVersions = 300;
    private const int MaxTries = 20;

    /// <summary>A new version of a category of the caller's own account or project.</summary>
    public async Task<CategoryVersion> AddAsync(GatewayCall call, string name, string definition, string source, IReadOnlyList<CategorySample> samples, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var own = await OwnAsync(call.Owner.Id, cancellationToken);
            if (own.Count >= MostVersions)
            {
                throw ApiException.BadRequest("InvalidRequestBody", $"There are {MostVersions} versions of custom categories here, which is the most. Delete one first.", "categoryName");
            }

            var number = own.Where(version => version.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(version => version.Number).DefaultIfEmpty(0).Max() + 1;
            var added = new CategoryVersion(CategoryVersion.IdOf(call.Owner.Id, name, number), definition, source, clock.GetUtcNow(), CategoryVersion.NotStarted, null, null, 0);
            var examples = new StoredResource { Key = added.Samples.Key, Id = added.Samples.Text, Type = added.Samples.Type.ToLowerInvariant(), Body = CategorySamples.Write(samples) };
            ResourceWrite[] writes = [added.Write(), new() { Key = examples.Key, Type = examples.Type, Resource = examples, Expect = Expect.Anything }];
            if (await CommitAsync(call, added.Id, "write", StatusCodes.Status201Created, writes, cancellationToken))
            {
                return added;
            }
        }

        throw ApiException.Conflict("ServerBusy", $"Other writes of the category '{name}' came first {MaxTries} times. Nothing was written. Try again.");
    }

    /// <summary>Deletes a version, or all of a category. What is not there is deleted already.</summary>
    public async Task DeleteAsync(GatewayCall call, string name, int? number, CancellationToken cancellationToken)
    {
        var gone = (await OwnAsync(call.Owner.Id, cancellationToken)).Where(version => version.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && version.Number == (number ?? version.Number)).ToList();
        if (gone.Count == 0)
        {
            return;
        }

        var writes = gone.SelectMany(version => (ResourceWrite[])
        [
            new() { Key = version.Id.Key, Type = version.Id.Type.ToLowerInvariant(), Expect = Expect.Anything },
            new() { Key = version.Samples.Key, Type = version.Samples.Type.ToLowerInvariant(), Expect = Expect.Anything },
        ]).ToList();
        await CommitAsync(call, gone[0].Id.Parent!, "delete", StatusCodes.Status204NoContent, writes, cancellationToken);
    }

    public async ValueTask<CategoryVersion?> FindAsync(ResourceId id, CancellationToken cancellationToken) =>
        await store.FindAsync(id.Key, cancellationToken) is { } row ? CategoryVersion.Read(new(row)) : null;

    public async Task<IReadOnlyList<CategorySample>> SamplesAsync(CategoryVersion version, CancellationToken cancellationToken) =>
        await store.FindAsync(version.Samples.Key, cancellationToken) is { } row ? CategorySamples.Read(row.Body) : [];

    /// <summary>Changes a version; null where it has gone.</summary>
    public async Task<CategoryVersion?> ChangeAsync(ResourceId id, Func<CategoryVersion, CategoryVersion> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            if (await FindAsync(id, cancellationToken) is not { } found)
            {
                return null;
            }

            var changed = change(found);
            if ((await store.CommitAsync(new() { Resources = [changed.Write()] }, cancellationToken)).Committed)
            {
                return changed;
            }
        }

        throw new InvalidOperationException($"'{id}' changed at each of {MaxTries} tries to change it.");
    }

    private async Task<List<CategoryVersion>> OwnAsync(ResourceId owner, CancellationToken cancellationToken)
    {
        var type = CategoryVersion.IdOf(owner, "any", 1).Type.ToLowerInvariant();
        return [.. (await store.ListAsync(new() { Type = type, KeyPrefix = owner.ChildPrefix, Take = MostVersions + 1 }, cancellationToken)).Select(row => CategoryVersion.Read(new(row)))];
    }

    private async Task<bool> CommitAsync(GatewayCall call, ResourceId category, string verb, int status, IReadOnlyList<ResourceWrite> writes, CancellationToken cancellationToken)
    {
        var row = new ActivityRow
        {
            Time = clock.GetUtcNow(),
            Operation = CategoryVersion.ActionOf(verb),
            ResourceId = category.Text,
            Caller = call.CallerName,
            CorrelationId = CorrelationId.Of(call.Http),
            Status = "Succeeded",
            HttpStatus = status,
        };
        return (await store.CommitAsync(new() { Resources = writes, Activity = [row] }, cancellationToken)).Committed;
    }
}
