namespace Atrium.Server.Egress;

/// <summary>One reason for which the server calls out. Each feature that does so declares its own with <c>AddEgressDoor</c>; nothing leaves by one that is not declared.</summary>
/// <param name="Name">For logs and documents: lower-case words with hyphens.</param>
/// <param name="Purpose">What is fetched or called, and who says where it is.</param>
internal sealed record EgressDoor(string Name, string Purpose)
{
    /// <summary>The most redirects that are followed, each checked like the first address. With none the redirect itself is the answer.</summary>
    public int MaxRedirects { get; init; }
}

/// <summary>Who goes out, and on whose account.</summary>
/// <param name="Door">Why.</param>
/// <param name="Workspace">Key of the hub or project whose managed network decides; null where it is the installation's own affair.</param>
internal sealed record EgressPass(EgressDoor Door, string? Workspace)
{
    /// <summary>The one private address that an administrator has let this caller reach; null for none.</summary>
    public PrivateTarget? Granted { get; init; }
}
