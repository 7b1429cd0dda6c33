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

    public static string Days(long purgeAt, DateTimeOffset now) =>
        Math.Max(0, (int)Math.Floor(TimeSpan.FromTicks(purgeAt - now.UtcTicks).TotalDays)).ToString(CultureInfo.InvariantCulture);
}
