using System.Text;

namespace Atrium.Portal.Parts;

/// <summary>Tables as text (RFC 4180). Pure.</summary>
public static class Csv
{
    /// <summary>The columns' names, then the rows.</summary>
    public static string Write(IEnumerable<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend([.. columns]))
        {
            text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>A cell that begins as a formula would be run by spreadsheets, so it gets an apostrophe; numbers may have their sign.</summary>
    private static string Cell(string value)
    {
        var safe = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _) ? $"'{value}" : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
