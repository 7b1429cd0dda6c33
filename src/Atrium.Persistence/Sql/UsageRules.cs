using System.Text.Json;

namespace Atrium.Persistence.Sql;

/// <summary>What a usage row must be. Pure. One row that a database cannot read as JSON would break every later sum by tag.</summary>
internal static class UsageRules
{
    /// <exception cref="ArgumentException">With the first mistake.</exception>
    public static void Check(IReadOnlyList<UsageRow> rows)
    {
        foreach (var row in rows)
        {
            if (row.Tags.Length > 0 && !IsObjectOfStrings(row.Tags))
            {
                throw new ArgumentException($"The tags of usage row {row.Id} are not a JSON object of strings.", nameof(rows));
            }
        }
    }

    private static bool IsObjectOfStrings(string tags)
    {
        try
        {
            using var document = JsonDocument.Parse(tags);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.EnumerateObject().All(tag => IsText(tag.Value) && !tag.Name.Contains('\0', StringComparison.Ordinal));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>PostgreSQL keeps no NUL in a text, not even escaped in JSON.</summary>
    private static bool IsText(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && !value.GetString()!.Contains('\0', StringComparison.Ordinal);
}
