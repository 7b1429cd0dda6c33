using System.Collections.Immutable;

namespace Atrium.Server.Resources;

/// <summary>What conditions on role assignments may ask about a call, by the published names: <c>Microsoft.Storage/storageAccounts/blobServices/containers:name</c>.</summary>
internal sealed record AccessAttributes
{
    private static readonly ImmutableDictionary<string, ImmutableArray<string>> Nothing = ImmutableDictionary.Create<string, ImmutableArray<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>A condition that asks about anything is not met.</summary>
    public static AccessAttributes None { get; } = new();

    /// <summary>The part of the action that is meant (<c>Blob.List</c>); null where it is the whole.</summary>
    public string? SubOperation { get; init; }

    /// <summary>Of what is there: <c>@Resource[...]</c>.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Resource { get; init; } = Nothing;

    /// <summary>Of what is asked: <c>@Request[...]</c>.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Request { get; init; } = Nothing;

    public AccessAttributes WithResource(string name, params ImmutableArray<string> values) => this with { Resource = Resource.SetItem(name, values) };

    public AccessAttributes WithRequest(string name, params ImmutableArray<string> values) => this with { Request = Request.SetItem(name, values) };
}
