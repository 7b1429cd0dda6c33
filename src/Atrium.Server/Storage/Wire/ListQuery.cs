using System.Globalization;
using System.Xml;

namespace Atrium.Server.Storage.Wire;

/// <summary>What lists have in common.</summary>
internal static class ListQuery
{
    /// <summary><c>maxresults</c>, which is cut to what one page may have.</summary>
    public static int Most(StorageCall call, int most) => call.Query("maxresults") is not { } text ? most
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0 ? Math.Min(wanted, most)
        : throw StorageCall.BadQuery("maxresults", "a whole number greater than 0.");

    /// <summary><c>include</c>: some of what is known.</summary>
    public static IReadOnlySet<string> Include(StorageCall call, params string[] known)
    {
        var wanted = (call.Query("include") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return wanted.All(w => known.Contains(w, StringComparer.OrdinalIgnoreCase)) ? wanted : throw StorageCall.BadQuery("include", $"some of {string.Join(", ", known)}.");
    }

    /// <summary>Nothing for none: some clients take an empty element for a text.</summary>
    public static void WriteMetadata(XmlWriter xml, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not { Count: > 0 })
        {
            return;
        }

        xml.WriteStartElement("Metadata");
        foreach (var (name, value) in metadata)
        {
            xml.WriteElementString(name, value);
        }

        xml.WriteEndElement();
    }

    /// <summary>A page of what an account has by name. Deleted ones, few as they are, come with the page in whose stretch of names they lie.</summary>
    /// <param name="live">Those behind the marker in the order of their names, one more than the page has where there are more.</param>
    /// <param name="deleted">All that were deleted; none where they were not asked for.</param>
    /// <param name="name">Of one.</param>
    /// <param name="prefix">What names begin with.</param>
    /// <param name="marker">Only names behind this one; null for all.</param>
    /// <param name="most">The most live ones.</param>
    public static (IReadOnlyList<T> Shown, string Next) Page<T>(IReadOnlyList<T> live, IEnumerable<T> deleted, Func<T, string> name, string prefix, string? marker, int most)
    {
        var end = live.Count > most ? name(live[most - 1]) : null;
        var gone = deleted.Where(one =>
            name(one).StartsWith(prefix, StringComparison.Ordinal) && (marker is null || string.CompareOrdinal(name(one), marker) > 0) && (end is null || string.CompareOrdinal(name(one), end) <= 0));
        return ([.. live.Take(most).Concat(gone).OrderBy(name, StringComparer.Ordinal)], end ?? "");
    }

    /// <summary>Answers a page of a service's list.</summary>
    /// <param name="call">Which asked.</param>
    /// <param name="service">As its address ends.</param>
    /// <param name="element">That holds the entries.</param>
    /// <param name="next">The next page's marker; empty where there is none.</param>
    /// <param name="writeEntries">Writes them.</param>
    /// <param name="cancellationToken">Ends the answer.</param>
    public static Task AnswerAsync(StorageCall call, string service, string element, string next, Action<XmlWriter> writeEntries, CancellationToken cancellationToken) => call.AnswerXmlAsync(
        StorageXml.Write(xml =>
        {
            xml.WriteStartElement("EnumerationResults");
            xml.WriteAttributeString("ServiceEndpoint", $"{call.Request.Scheme}://{call.Request.Host}/{call.Account.Name}{service}/");
            xml.Element("Prefix", call.Query("prefix") ?? "");
            xml.Element("Marker", call.Query("marker"));
            xml.Element("MaxResults", call.Query("maxresults"));
            xml.WriteStartElement(element);
            writeEntries(xml);
            xml.WriteEndElement();
            xml.WriteElementString("NextMarker", next);
            xml.WriteEndElement();
        }),
        cancellationToken);

    /// <summary>When and for how long yet what was deleted can be had back.</summary>
    public static void WriteRetention(XmlWriter xml, long deleted, long purgeAt, DateTimeOffset now)
    {
        if (deleted != 0)
        {
            xml.WriteElementString("DeletedTime", HeaderRules.Time(deleted));
            xml.WriteElementString("RemainingRetentionDays", Days(purgeAt, now));
        }
    }

    private static string Days(long purgeAt, DateTimeOffset now) =>
        Math.Max(0, (int)Math.Floor(TimeSpan.FromTicks(purgeAt - now.UtcTicks).TotalDays)).ToString(CultureInfo.InvariantCulture);
}
