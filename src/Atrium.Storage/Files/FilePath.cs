using System.Text;

namespace Atrium.Storage.Files;

/// <summary>A path below the root of a share: its names, each of which is one name and nothing else. Pure.</summary>
public sealed class FilePath
{
    private const int LongestName = 255;
    private const int MostNameBytes = 255;
    private const int LongestPath = 2048;
    private const int MostDepth = 250;
    private static readonly System.Buffers.SearchValues<char> Forbidden = System.Buffers.SearchValues.Create("\\/:|<>*?\"");

    private FilePath(IReadOnlyList<string> names) => Names = names;

    /// <summary>The share itself.</summary>
    public static FilePath Root { get; } = new([]);

    /// <summary>From the root on.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether it is the share itself.</summary>
    public bool IsRoot => Names.Count == 0;

    /// <summary>The last name; empty for the root.</summary>
    public string Name => IsRoot ? "" : Names[^1];

    /// <summary>Where it lies; the root lies in itself.</summary>
    public FilePath Parent => IsRoot ? this : new([.. Names.Take(Names.Count - 1)]);

    /// <summary>Names with slashes between them; empty for the root.</summary>
    public string Text => string.Join('/', Names);

    /// <summary>A name in this directory.</summary>
    public FilePath Child(string name) => new([.. Names, name]);

    /// <exception cref="StorageException">A name is none.</exception>
    public static FilePath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var whole = text.EndsWith('/') ? text[..^1] : text;
        if (whole.Length == 0)
        {
            return Root;
        }

        var names = whole.Split('/');
        if (whole.Length > LongestPath || names.Length > MostDepth || !Array.TrueForAll(names, IsName))
        {
            throw new StorageException(
                "InvalidResourceName",
                $"The path is not right: names have 1 to {LongestName} characters and none of \\ / : | < > * ? \" or control characters, are not '.' or '..', and do not end with a dot or a space; the whole has at most {LongestPath} characters.");
        }

        return new(names);
    }

    /// <summary>Whether it is one name and nothing else.</summary>
    public static bool IsName(string name) =>
        name is { Length: > 0 and <= LongestName } && name is not ("." or "..") && name[^1] is not ('.' or ' ')
        && !name.AsSpan().ContainsAny(Forbidden) && !name.Any(char.IsControl) && IsWhole(name) && Encoding.UTF8.GetByteCount(name) <= MostNameBytes;

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Half of a character that takes two cannot be written down.</summary>
    private static bool IsWhole(string name)
    {
        for (ReadOnlySpan<char> rest = name; rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }
}
