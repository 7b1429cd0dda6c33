namespace Atrium.Inference.ProtectedTexts;

/// <summary>The text files (.txt, .md; UTF-8) that an administrator put into a folder and its subfolders.</summary>
public static class ProtectedTextFolder
{
    /// <summary>Of all files together: some ten million words, which take about 90 MB of memory.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    private static readonly string[] Extensions = [".txt", ".md"];

    private static readonly EnumerationOptions Search = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };

    /// <summary>The files, by path; none where there is no folder.</summary>
    public static IReadOnlyList<FileInfo> FilesIn(string folder) => Directory.Exists(folder)
        ? [.. new DirectoryInfo(folder).EnumerateFiles("*", Search).Where(file => Extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase)).OrderBy(file => file.FullName, StringComparer.Ordinal)]
        : [];

    /// <summary>An index of the files.</summary>
    /// <exception cref="InvalidDataException">They have more than <see cref="MaxBytes"/> together.</exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static ProtectedTextIndex Read(IReadOnlyCollection<FileInfo> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.Sum(file => file.Length) <= MaxBytes
            ? ProtectedTextIndex.Of(files.Select(file => File.ReadAllText(file.FullName)))
            : throw new InvalidDataException($"The protected texts have more than {MaxBytes / 1024 / 1024} MB together.");
    }
}
