namespace Atrium.Server.Resources;

/// <summary><c>If-Match</c> and <c>If-None-Match</c> (RFC 9110, section 13). Pure.</summary>
internal static class Preconditions
{
    /// <summary>Whether a write may go on.</summary>
    /// <param name="version">The stored version; null where there is no such resource.</param>
    /// <param name="ifMatch">The header's value; null where it is missing.</param>
    /// <param name="ifNoneMatch">The header's value; null where it is missing.</param>
    public static bool Hold(long? version, string? ifMatch, string? ifNoneMatch) =>
        (ifMatch is null || (version is { } known && Names(ifMatch, known)))
        && (ifNoneMatch is null || version is not { } there || !Names(ifNoneMatch, there));

    private static bool Names(string header, long version)
    {
        var etag = Resource.ToETag(version);
        return header.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || tag == etag || tag == etag.Trim('"'));
    }
}
