namespace Atrium.Server.Identity.Roles;

/// <summary>
/// A permission as roles write it: <c>*</c> stands for any run of characters, slashes too; letters compare without case. Between two slashes it also stands for no
/// segment at all, so that <c>workspaces/*/write</c> covers <c>workspaces/write</c>, as the published roles presume (docs/decisions/0011).
/// </summary>
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
        if (!action.StartsWith(first, NoCase) || !action.EndsWith(last, NoCase))
        {
            return false;
        }

        // The earliest place for each middle part leaves the most room for those behind it.
        var position = first.Length;
        for (var i = 1; i < parts.Length - 1; i++)
        {
            var from = position - SharedSlash(i);
            var at = action[from..].IndexOf(parts[i], NoCase);
            if (at < 0)
            {
                return false;
            }

            position = from + at + parts[i].Length;
        }

        return position - SharedSlash(parts.Length - 1) <= action.Length - last.Length;
    }

    public override string ToString() => Text;

    /// <summary>How far a part may begin before the end of the one in front of it: where the star between them stands for no segment, one slash is both of theirs.</summary>
    private int SharedSlash(int part) => parts[part - 1].EndsWith('/') && parts[part].StartsWith('/') ? 1 : 0;
}
