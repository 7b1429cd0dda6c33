using System.Collections.Immutable;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Principals;

/// <summary>All principals of the directory, looked up by what callers name them by. Immutable.</summary>
internal sealed class PrincipalModel
{
    private static readonly StringComparer NoCase = StringComparer.OrdinalIgnoreCase;
    private readonly ImmutableDictionary<string, Principal> byKey;
    private readonly ImmutableDictionary<string, Principal> byObjectId;
    private readonly ImmutableDictionary<string, Principal> byAppId;
    private readonly ImmutableDictionary<string, ImmutableHashSet<string>> groupsOf;

    private PrincipalModel(
        ImmutableDictionary<string, Principal> byKey,
        ImmutableDictionary<string, Principal> byObjectId,
        ImmutableDictionary<string, Principal> byAppId,
        ImmutableDictionary<string, ImmutableHashSet<string>> groupsOf)
    {
        this.byKey = byKey;
        this.byObjectId = byObjectId;
        this.byAppId = byAppId;
        this.groupsOf = groupsOf;
    }

    public static PrincipalModel Empty { get; } = new(
        ImmutableDictionary<string, Principal>.Empty,
        ImmutableDictionary.Create<string, Principal>(NoCase),
        ImmutableDictionary.Create<string, Principal>(NoCase),
        ImmutableDictionary.Create<string, ImmutableHashSet<string>>(NoCase));

    public Principal? Find(string objectId) => byObjectId.GetValueOrDefault(objectId);

    public Principal? FindUser(string name) => byKey.GetValueOrDefault(PrincipalType.IdOf(Principal.UserType, name).Key);

    public Principal? FindApp(string appId) => byAppId.GetValueOrDefault(appId);

    /// <summary>The principal's own id and those of the groups it is a member of: groups do not nest. An outside principal can be a member too.</summary>
    public ImmutableArray<string> IdsOf(string objectId) => groupsOf.TryGetValue(objectId, out var groups) ? [objectId, .. groups] : [objectId];

    /// <summary>The principal as a caller.</summary>
    public Caller CallerOf(Principal principal) => new(
        principal.ObjectId, principal.IsUser ? principal.Id.Name : principal.DisplayName, principal.IsUser ? "User" : "Application", IdsOf(principal.ObjectId));

    public PrincipalModel With(Principal principal)
    {
        var rest = Without(principal.Id.Key);
        var groups = rest.groupsOf;
        foreach (var member in principal.Members)
        {
            groups = groups.SetItem(member, groups.GetValueOrDefault(member, []).Add(principal.ObjectId));
        }

        return new(
            rest.byKey.SetItem(principal.Id.Key, principal),
            rest.byObjectId.SetItem(principal.ObjectId, principal),
            principal.AppId is { } appId ? rest.byAppId.SetItem(appId, principal) : rest.byAppId,
            groups);
    }

    public PrincipalModel Without(string key)
    {
        if (!byKey.TryGetValue(key, out var known))
        {
            return this;
        }

        var groups = groupsOf;
        foreach (var member in known.Members)
        {
            groups = groups.SetItem(member, groups.GetValueOrDefault(member, []).Remove(known.ObjectId));
        }

        return new(byKey.Remove(key), byObjectId.Remove(known.ObjectId), known.AppId is { } appId ? byAppId.Remove(appId) : byAppId, groups);
    }
}
