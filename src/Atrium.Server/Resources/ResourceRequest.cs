using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Resources;

/// <summary>What the kernel needs to know of a request beside its path and body.</summary>
internal sealed record ResourceRequest
{
    public required Caller Caller { get; init; }

    public required string CorrelationId { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>Where it comes from.</summary>
    public CallOrigin Origin { get; init; }

    /// <summary>Scheme, host and base path, for links in answers; no slash at the end.</summary>
    public required string BaseUri { get; init; }

    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }

    /// <summary>
    /// Set where what is written is a part of the resource with an address of its own: refuses where the two conditions above do not hold for that part, by the resource as it is now.
    /// </summary>
    public Action<Resource?>? DemandOfPart { get; init; }

    /// <summary>Set where the caller's right to write was already checked, for an operation that is narrower than writing the whole resource. It is what the activity log shows.</summary>
    public string? AuthorizedAs { get; init; }

    public required IQueryCollection Query { get; init; }

    /// <summary>A write by Atrium itself.</summary>
    public static ResourceRequest FromSystem(string correlationId) => new()
    {
        Caller = Caller.System,
        CorrelationId = correlationId,
        ApiVersion = "",
        BaseUri = "",
        Query = QueryCollection.Empty,
    };
}
