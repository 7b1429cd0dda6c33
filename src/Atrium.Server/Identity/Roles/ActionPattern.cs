namespace Atrium.Server.Identity.Roles;

/// <summary>A permission as roles write it: <c>*</c> stands for any run of characters, slashes too; letters compare without case.</summary>
internal sealed class ActionPattern
{
    private const StringComparison NoCase = StringComparison.OrdinalIgnoreCase;
    private readonly string[] parts;

    public ActionPattern(string text)
    {
        Text = text;
        parts = text.Split('*');
    }

    public string Text { get; }

    public bool Matches(ReadOnlySpan<char> action)
    {
        if (parts.Length == 1)
        {
            return action.Equals(Text, NoCase);
        }

        var (first, last) = (parts[0], parts[^1]);
        if (action.Length < first.Length + last.Length || !action.StartsWith(first, NoCase) || !action.EndsWith(last, NoCase))
        {
            return false;
        }

        // The earliest place for each middle part leaves the most room for those behind it.
        var rest = action[first.Length..^last.Length];
        for (var i = 1; i < parts.Length - 1; i++)
        {
            var at = rest.IndexOf(parts[i], NoCase);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + parts[i].Length)..];
        }

        return true;
    }

    public override string ToString() => Text;
}
