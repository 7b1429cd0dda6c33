using System.Diagnostics.CodeAnalysis;

namespace Atrium.Contracts;

/// <summary>
/// The id of a resource: <c>/subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}[/{type}/{name}]</c>, and what it may be
/// nested under. Compares without case; prints as it was written.
/// </summary>
public sealed class ResourceId : IEquatable<ResourceId>
{
    /// <summary>Type of a subscription.</summary>
    public const string SubscriptionType = "Microsoft.Resources/subscriptions";

    /// <summary>Type of a resource group.</summary>
    public const string ResourceGroupType = "Microsoft.Resources/resourceGroups";

    /// <summary>Type of the tenant, the root of all ids.</summary>
    public const string TenantType = "Microsoft.Resources/tenants";

    /// <summary>The most characters an id may have.</summary>
    public const int MaxLength = 2048;

    private ResourceId(string text, string type, string name, ResourceId? parent, bool isExtension)
    {
        Text = text;
        Key = text.ToLowerInvariant();
        Type = type;
        Name = name;
        Parent = parent;
        IsExtension = isExtension;
    }

    /// <summary>The root: what every subscription lies in.</summary>
    public static ResourceId Tenant { get; } = new("/", TenantType, "", null, isExtension: false);

    /// <summary>As written, without a slash at the end.</summary>
    public string Text { get; }

    /// <summary>In lower case: what ids are compared and stored by.</summary>
    public string Key { get; }

    /// <summary>Namespace and type names, as written: <c>Microsoft.MachineLearningServices/workspaces/connections</c>.</summary>
    public string Type { get; }

    /// <summary>The last name.</summary>
    public string Name { get; }

    /// <summary>What it is nested in, or the scope it extends; null for the tenant.</summary>
    public ResourceId? Parent { get; }

    /// <summary>Whether it hangs on another resource by a second <c>/providers/</c> (a role assignment, a lock).</summary>
    public bool IsExtension { get; }

    /// <summary>What every key nested under this one begins with.</summary>
    public string ChildPrefix => Parent is null ? "/" : Key + "/";

    /// <summary>The subscription it lies in; null above subscriptions.</summary>
    public ResourceId? Subscription => Ancestor(SubscriptionType);

    /// <summary>The resource group it lies in; null above resource groups.</summary>
    public ResourceId? ResourceGroup => Ancestor(ResourceGroupType);

    /// <summary>Itself, then each parent up to the tenant.</summary>
    public IEnumerable<ResourceId> SelfAndAncestors()
    {
        for (var id = this; id is not null; id = id.Parent)
        {
            yield return id;
        }
    }

    /// <summary>Whether the other id is this one or lies under it.</summary>
    public bool Contains(ResourceId other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Key == other.Key || other.Key.StartsWith(ChildPrefix, StringComparison.Ordinal);
    }

    /// <summary>Whether it is of this type, without case.</summary>
    public bool IsOfType(string type) => Type.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>A subscription's id.</summary>
    public static ResourceId OfSubscription(string subscriptionId) =>
        new($"/subscriptions/{subscriptionId}", SubscriptionType, subscriptionId, Tenant, isExtension: false);

    /// <summary>The id of a resource group in this subscription.</summary>
    public ResourceId Group(string name) => new($"{Text}/resourceGroups/{name}", ResourceGroupType, name, this, isExtension: false);

    /// <summary>The id of a resource nested in this resource.</summary>
    public ResourceId Child(string type, string name) => new($"{Text}/{type}/{name}", $"{Type}/{type}", name, this, isExtension: false);

    /// <summary>The id of a provider's resource in this scope; an extension when this is itself a provider's resource.</summary>
    /// <param name="type">Namespace and type: <c>Microsoft.MachineLearningServices/workspaces</c>.</param>
    /// <param name="name">The resource's name.</param>
    public ResourceId Resource(string type, string name)
    {
        var scope = Parent is null ? "" : Text;
        return new($"{scope}/providers/{type}/{name}", type, name, this, IsProviderResource);
    }

    /// <summary>Reads an id. A missing or doubled slash, an odd number of segments or an empty one is an error.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ResourceId? id, out string error)
    {
        id = null;
        if (!ResourcePath.TryParse(text, out var path, out error))
        {
            return false;
        }

        if (path.Tail is not null)
        {
            error = $"The id ends with '{path.Tail}' where a name should follow.";
            return false;
        }

        id = path.Id;
        return true;
    }

    /// <summary>Reads an id that is known to be good.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static ResourceId Parse(string text) => TryParse(text, out var id, out var error) ? id : throw new FormatException($"'{text}' is no resource id. {error}");

    /// <summary>Whether both are the same id, without case.</summary>
    public static bool operator ==(ResourceId? left, ResourceId? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they are two ids.</summary>
    public static bool operator !=(ResourceId? left, ResourceId? right) => !(left == right);

    /// <inheritdoc />
    public bool Equals(ResourceId? other) => other is not null && Key == other.Key;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ResourceId);

    /// <inheritdoc />
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Text;

    private bool IsProviderResource => Parent is not null && Type is not (SubscriptionType or ResourceGroupType);

    private ResourceId? Ancestor(string type) => SelfAndAncestors().FirstOrDefault(id => id.Type == type);
}
