using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Atrium.Server.Registry.Images;

/// <summary>
/// The name of a repository in its registry. One whose first part is a project's workspace id (a GUID) is that project's and nobody else's; all others are the
/// registry's own.
/// </summary>
internal sealed partial record RepositoryName
{
    private const int MaxLength = 255;

    private RepositoryName(string text) => (Text, ProjectPart) = (text, Guid.TryParseExact(text.Split('/')[0], "D", out _) ? text.Split('/')[0] : null);

    public const string RuleInWords = "lower-case letters and digits in parts divided by '/', with '.', '_', '__' or '-' between them; at most 255 characters";

    public string Text { get; }

    /// <summary>The GUID at its beginning; null where there is none.</summary>
    public string? ProjectPart { get; }

    /// <summary>As a segment of a stored key, where a slash would begin the next one.</summary>
    public string Segment => Text.Replace('/', '!');

    public static bool TryParse(string? text, [NotNullWhen(true)] out RepositoryName? name)
    {
        name = text is { Length: > 0 and <= MaxLength } && Form().IsMatch(text) ? new(text) : null;
        return name is not null;
    }

    /// <summary>The repository whose segment that is.</summary>
    public static RepositoryName OfSegment(string segment) => new(segment.Replace('!', '/'));

    public override string ToString() => Text;

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex Form();
}
