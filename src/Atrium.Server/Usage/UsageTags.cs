using System.Text.Json;
using Atrium.Server.Hosting;

namespace Atrium.Server.Usage;

/// <summary>The caller's own tags for a call, in the header <c>x-atrium-tags: team=blue,feature=search</c>. Pure.</summary>
internal static class UsageTags
{
    public const string Header = "x-atrium-tags";
    private const int MostTags = 16;
    private const int LongestPart = 64;

    /// <summary>A JSON object of strings; empty for none.</summary>
    /// <exception cref="ApiException">400: not in that form.</exception>
    public static string Read(string? header)
    {
        if (string.IsNullOrWhiteSpace(header))
        {
            return "";
        }

        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in header.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals > 0 ? (pair[..equals].Trim(), pair[(equals + 1)..].Trim()) : ("", "");
            if (name.Length is 0 or > LongestPart || value.Length > LongestPart || tags.Count == MostTags)
            {
                throw ApiException.Invalid(Header, $"'{Header}' must be at most {MostTags} pairs name=value, separated by commas, each part at most {LongestPart} characters.");
            }

            tags[name] = value;
        }

        return JsonSerializer.Serialize(tags);
    }
}
