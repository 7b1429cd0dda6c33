using System.Collections.Immutable;

namespace Atrium.Server.Resources;

/// <summary>What a feature tells of its calls in <see cref="AccessAttributes"/>, so that a condition which asks for anything else is refused when it is written.</summary>
internal sealed record ConditionAttributes
{
    /// <summary>For <c>@Resource[...]</c>; one that ends with a colon may have any name behind it.</summary>
    public ImmutableArray<string> Resource { get; init; } = [];

    /// <summary>For <c>@Request[...]</c>, likewise.</summary>
    public ImmutableArray<string> Request { get; init; } = [];

    /// <summary>For <c>SubOperationMatches</c>.</summary>
    public ImmutableArray<string> SubOperations { get; init; } = [];
}
