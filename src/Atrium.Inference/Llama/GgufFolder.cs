using System.Globalization;
using System.Text.RegularExpressions;
using Atrium.Inference.Llama.Gguf;

namespace Atrium.Inference.Llama;

/// <summary>Finds the models that a user put into a folder.</summary>
public static partial class GgufFolder
{
    private const int MaxDepth = 3;

    private static readonly EnumerationOptions Search = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = MaxDepth,
        IgnoreInaccessible = true,
        MatchCasing = MatchCasing.CaseInsensitive,
    };

    /// <summary>The files that <see cref="Scan"/> reads, in no order; none where there is no folder.</summary>
    public static IEnumerable<FileInfo> FilesIn(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*.gguf", Search) : [];

    /// <summary>All GGUF files of the folder and its near subfolders by name. A bad file is listed with its problem; a missing folder has none.</summary>
    public static IReadOnlyList<GgufEntry> Scan(string folder)
    {
        var entries = new List<GgufEntry>();
        foreach (var path in FilesIn(folder).Select(file => file.FullName).Order(StringComparer.Ordinal))
        {
            if (Describe(path) is { } entry)
            {
                var taken = entries.Find(other => string.Equals(other.Name, entry.Name, StringComparison.OrdinalIgnoreCase));
                entries.Add(taken is null ? entry : entry with { Problem = $"another file has the same name: '{taken.Path}'" });
            }
        }

        return [.. entries.OrderBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>One file, or null if it is a later part of a model in several files.</summary>
    private static GgufEntry? Describe(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        IReadOnlyList<string> files = [path];
        if (PartSuffix().Match(name) is { Success: true } part)
        {
            if (int.Parse(part.Groups["part"].ValueSpan, CultureInfo.InvariantCulture) != 1)
            {
                return null;
            }

            name = name[..part.Index];
            files = PartsOf(path, part);
        }

        var entry = new GgufEntry { Name = name, Path = path, Written = File.GetLastWriteTimeUtc(path), Bytes = files.Where(File.Exists).Sum(file => new FileInfo(file).Length) };
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            return entry with { Problem = $"its part '{Path.GetFileName(missing)}' is missing" };
        }

        try
        {
            var metadata = GgufReader.Read(path);
            if (metadata.IsAdapter)
            {
                return entry with { IsAdapter = true, Architecture = metadata.Architecture, Title = metadata.Name, Problem = GgufRules.AdapterProblem(metadata) };
            }

            return entry with
            {
                Problem = GgufRules.Problem(metadata) ?? TemplateProblem(metadata, path),
                Architecture = metadata.Architecture,
                Title = metadata.Name,
                ContextTokens = (int)Math.Clamp(metadata.ContextLength, 0, int.MaxValue),
                CacheBytesPerToken = metadata.CacheBytesPerToken,
                WorkBytesPerToken = metadata.WorkBytesPerToken,
                HasChatTemplate = metadata.ChatTemplate is not null,
            };
        }
        catch (ModelFileException bad)
        {
            return entry with { Problem = bad.Reason };
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return entry with { Problem = "it cannot be read: " + unreadable.Message };
        }
    }

    private static string? TemplateProblem(GgufMetadata metadata, string path)
    {
        try
        {
            PromptWriter.For(metadata, Path.GetFileName(path), TimeProvider.System);
            return null;
        }
        catch (ModelFileException bad)
        {
            return bad.Reason;
        }
    }

    private static List<string> PartsOf(string first, Match part)
    {
        var folder = Path.GetDirectoryName(first)!;
        var stem = Path.GetFileNameWithoutExtension(first)[..part.Index];
        var count = int.Parse(part.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        return [.. Enumerable.Range(1, count).Select(number => Path.Combine(folder, $"{stem}-{number:D5}-of-{count:D5}{Path.GetExtension(first)}"))];
    }

    [GeneratedRegex(@"-(?<part>\d{5})-of-(?<count>\d{5})$", RegexOptions.CultureInvariant)]
    private static partial Regex PartSuffix();
}
