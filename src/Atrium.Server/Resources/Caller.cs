using System.Collections.Immutable;

namespace Atrium.Server.Resources;

/// <summary>Who calls, as a token proved it.</summary>
/// <param name="ObjectId">The principal's object id.</param>
/// <param name="Name">For people: a user's name or an application's.</param>
/// <param name="Kind">User, Application or ManagedIdentity, as <c>systemData</c> writes it.</param>
/// <param name="PrincipalIds">Its own object id and those of its groups: what role assignments name.</param>
internal sealed record Caller(string ObjectId, string Name, string Kind, ImmutableArray<string> PrincipalIds)
{
    /// <summary>Atrium itself, in background work. It needs no role.</summary>
    public static Caller System { get; } = new("00000000-0000-0000-0000-000000000000", "atrium", "Application", ["00000000-0000-0000-0000-000000000000"]);

    public bool IsSystem => ReferenceEquals(this, System);
}
