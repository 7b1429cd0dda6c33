using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Network.Inbound;

/// <summary>From where each resource may be called, in memory. What is as open as it can be is not in it. Immutable.</summary>
internal sealed record InboundModel
{
    public static InboundModel Empty { get; } = new();

    /// <summary>By key of the resource.</summary>
    private ImmutableDictionary<string, InboundPolicy> Policies { get; init; } = ImmutableDictionary<string, InboundPolicy>.Empty;

    /// <summary>The hub of a project, and of an account that came with a hub, by key: what holds for the hub holds for them too.</summary>
    private ImmutableDictionary<string, string> Hubs { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The approved private endpoints of a resource: id by key of the connection, by key of the resource.</summary>
    private ImmutableDictionary<string, ImmutableDictionary<string, string>> Endpoints { get; init; } = ImmutableDictionary<string, ImmutableDictionary<string, string>>.Empty;

    /// <summary>The resource itself and the hub that it belongs to, as far as they are not open.</summary>
    public IEnumerable<(InboundPolicy Policy, IEnumerable<string> Endpoints)> ClosedOf(string key)
    {
        if (Policies.TryGetValue(key, out var own))
        {
            yield return (own, EndpointsOf(key));
        }

        if (Hubs.TryGetValue(key, out var hub) && Policies.TryGetValue(hub, out var inherited))
        {
            yield return (inherited, EndpointsOf(hub));
        }
    }

    public InboundModel With(Resource resource)
    {
        var key = resource.Stored.Key;
        if (IsEndpoint(resource.Id.Type))
        {
            var owner = resource.Id.Parent!.Key;
            var properties = resource.Properties;
            return (properties["privateLinkServiceConnectionState"] as JsonObject)?.Text("status") == "Approved" && (properties["privateEndpoint"] as JsonObject)?.Text("id") is { } endpoint
                ? this with { Endpoints = Endpoints.SetItem(owner, Endpoints.GetValueOrDefault(owner, ImmutableDictionary<string, string>.Empty).SetItem(key, endpoint.ToLowerInvariant())) }
                : Without(key);
        }

        var policy = InboundPolicy.Read(resource);
        return this with
        {
            Policies = policy == InboundPolicy.Open ? Policies.Remove(key) : Policies.SetItem(key, policy),
            Hubs = resource.Stored.Link is { } hub ? Hubs.SetItem(key, hub) : Hubs.Remove(key),
        };
    }

    public InboundModel Without(string key)
    {
        var owner = Contracts.ResourceId.TryParse(key, out var id, out _) && IsEndpoint(id.Type) ? id.Parent!.Key : null;
        return owner is not null
            ? Endpoints.TryGetValue(owner, out var its) ? this with { Endpoints = Endpoints.SetItem(owner, its.Remove(key)) } : this
            : this with { Policies = Policies.Remove(key), Hubs = Hubs.Remove(key) };
    }

    private IEnumerable<string> EndpointsOf(string key) => Endpoints.TryGetValue(key, out var its) ? its.Values : [];

    private static bool IsEndpoint(string type) => type.EndsWith($"/{EndpointConnectionType.Segment}", StringComparison.OrdinalIgnoreCase);
}
