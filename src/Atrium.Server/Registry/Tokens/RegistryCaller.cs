using System.Collections.Immutable;

namespace Atrium.Server.Registry.Tokens;

/// <summary>Who calls a registry, and what his token restricts him to.</summary>
/// <param name="ObjectId">A principal's object id; empty for the admin user and for nobody.</param>
internal sealed record RegistryCaller(string ObjectId)
{
    /// <summary>Key of the registry whose admin user this is; null for others.</summary>
    public string? AdminOf { get; init; }

    /// <summary>Of a principal of an outside issuer: what role assignments name. Empty for our own, whose groups are looked up anew.</summary>
    public ImmutableArray<string> OutsideIds { get; init; } = [];

    /// <summary>What a token is restricted to; null where the caller proved himself without one.</summary>
    public ImmutableArray<RepositoryGrant>? Grants { get; init; }

    public static RegistryCaller Nobody { get; } = new("");

    public bool IsNobody => ObjectId.Length == 0 && AdminOf is null;

    /// <summary>As the activity log names it.</summary>
    public string Name => AdminOf is not null ? "admin-user" : IsNobody ? "anonymous" : ObjectId;

    public bool IsGranted(string repositoryKey, ImageRight right) =>
        Grants is not { } grants || grants.Any(grant => grant.Repository == repositoryKey && grant.Words.Contains(right.Word, StringComparer.Ordinal));
}

/// <summary>What a token allows in one repository.</summary>
/// <param name="Repository">Key of the repository.</param>
/// <param name="Words">Of <see cref="ImageRight.Word"/>.</param>
internal sealed record RepositoryGrant(string Repository, ImmutableArray<string> Words);
