using Atrium.Contracts;
using Atrium.Portal.Api;

namespace Atrium.Portal.Frame;

/// <summary>Where an address leads: which hub or project, and which page. The frame draws its trail and menu by it. Pure.</summary>
/// <param name="Workspace">Null for a page of no hub or project.</param>
/// <param name="Page">What follows it: <c>overview</c>, <c>playground/chat</c>.</param>
public sealed record PortalPlace(ResourceId? Workspace, string Page)
{
    private const int WorkspaceSegments = 5;

    /// <summary>Reads an address of the portal.</summary>
    public static PortalPlace Of(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var segments = address.AbsolutePath.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        return segments is ["portal", "w", var subscription, var group, var name, ..]
            ? new(ResourceId.OfSubscription(subscription).Group(group).Resource(ApiPaths.WorkspaceType, name), string.Join('/', segments.Skip(WorkspaceSegments)))
            : new(null, string.Join('/', segments.Skip(1)));
    }
}
