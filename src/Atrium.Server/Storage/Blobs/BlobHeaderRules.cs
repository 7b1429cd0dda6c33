using System.Globalization;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs;

/// <summary>Between the headers of the blob service and what the engine keeps. Pure.</summary>
internal static class BlobHeaderRules
{
    private const string SnapshotFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";
    private const int MostTags = 10;
    private const int LongestTagKey = 128;
    private const int LongestTagValue = 256;

    public static string Snapshot(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString(SnapshotFormat, CultureInfo.InvariantCulture);

    /// <summary>Ticks of a snapshot's time; 0 for none.</summary>
    /// <exception cref="ApiException">400: it is no such time.</exception>
    public static long ReadSnapshot(string? text) => text is null ? 0
        : DateTime.TryParseExact(text, SnapshotFormat, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time) ? time.Ticks
        : throw BlobCall.BadQuery("snapshot", "the time of a snapshot as it was answered.");

    public static Conditions ReadConditions(BlobCall call) => new()
    {
        IfMatch = Tags(call.Header("If-Match")),
        IfNoneMatch = Tags(call.Header("If-None-Match")),
        IfModifiedSince = Date(call, "If-Modified-Since"),
        IfUnmodifiedSince = Date(call, "If-Unmodified-Since"),
        IfTags = call.Header("x-ms-if-tags") is { } tags ? TagExpression.Parse(tags) : null,
        LeaseId = HeaderRules.Guid(call, "x-ms-lease-id"),
    };

    /// <summary>What must hold for the source of a copy.</summary>
    public static Conditions ReadSourceConditions(BlobCall call) => new()
    {
        IfMatch = Tags(call.Header("x-ms-source-if-match")),
        IfNoneMatch = Tags(call.Header("x-ms-source-if-none-match")),
        IfModifiedSince = Date(call, "x-ms-source-if-modified-since"),
        IfUnmodifiedSince = Date(call, "x-ms-source-if-unmodified-since"),
        IfTags = call.Header("x-ms-source-if-tags") is { } tags ? TagExpression.Parse(tags) : null,
    };

    /// <summary>The headers that are kept with a blob, as Put Blob and Put Block List send them.</summary>
    public static BlobHeaders ReadHeaders(BlobCall call, string? contentType = null) => new()
    {
        ContentType = call.Header("x-ms-blob-content-type") ?? contentType ?? "application/octet-stream",
        ContentEncoding = call.Header("x-ms-blob-content-encoding"),
        ContentLanguage = call.Header("x-ms-blob-content-language"),
        ContentDisposition = call.Header("x-ms-blob-content-disposition"),
        CacheControl = call.Header("x-ms-blob-cache-control"),
        ContentMd5 = HeaderRules.ReadMd5(call, "x-ms-blob-content-md5"),
    };

    /// <summary><c>x-ms-tags</c>: as a query is written.</summary>
    public static IReadOnlyDictionary<string, string>? ReadTags(string? header)
    {
        if (header is null)
        {
            return null;
        }

        var pairs = header.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => (Decode(pair[0]), pair.Length > 1 ? Decode(pair[1]) : ""));
        return CheckTags(pairs);

        static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
    }

    /// <exception cref="ApiException">400: too many, one twice, or one of other characters.</exception>
    public static IReadOnlyDictionary<string, string> CheckTags(IEnumerable<(string Key, string Value)> pairs)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            if (key.Length is 0 or > LongestTagKey || value.Length > LongestTagValue || !IsTagText(key) || !IsTagText(value) || !tags.TryAdd(key, value))
            {
                throw ApiException.BadRequest(
                    "InvalidTag", $"The tag '{key}' is wrong: keys have 1 to {LongestTagKey} characters and stand once, values have at most {LongestTagValue}; letters, digits, space, + - . / : = _.");
            }
        }

        return tags.Count <= MostTags ? tags : throw ApiException.BadRequest("TagsTooLarge", $"A blob has at most {MostTags} tags; {tags.Count} were sent.");
    }

    private static bool IsTagText(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || " +-./:=_".Contains(c, StringComparison.Ordinal));

    private static List<string>? Tags(string? header) => header is null ? null : [.. header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static DateTimeOffset? Date(BlobCall call, string header) => call.Header(header) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw BlobCall.BadHeader(header, "a date as HTTP writes it.");
}
