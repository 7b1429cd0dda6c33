using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.Resources;

/// <summary>
/// Names that one resource of the whole installation can have, because an address is made of them. A name is held by a stored row, written in the resource's
/// own transaction, so two writers at once cannot both have it.
/// </summary>
/// <param name="type">The type of those rows.</param>
internal sealed class HeldNames(string type)
{
    /// <summary>Whether no other resource holds it.</summary>
    public async ValueTask<bool> IsFreeAsync(string name, ResourceId? owner, IAtriumStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(KeyOf(name), cancellationToken) is not { } held || held.Link == owner?.Key;

    /// <summary>Key of the resource that holds it; null for nobody.</summary>
    public async ValueTask<string?> FindOwnerAsync(string name, IAtriumStore store, CancellationToken cancellationToken) =>
        (await store.FindAsync(KeyOf(name), cancellationToken))?.Link;

    public ResourceWrite Hold(string name, ResourceId owner) => new()
    {
        Key = KeyOf(name),
        Type = type,
        Expect = Expect.Nothing,
        Resource = new() { Key = KeyOf(name), Id = KeyOf(name), Type = type, Body = "{}", Link = owner.Key },
    };

    public ResourceWrite Release(string name) => new() { Key = KeyOf(name), Type = type, Expect = Expect.Anything };

    private string KeyOf(string name) => $"/providers/{type}/{name.ToLowerInvariant()}";
}
