namespace Atrium.Inference;

/// <summary>Programs that somebody installed on this machine.</summary>
public static class InstalledPrograms
{
    /// <summary>The file that the name leads to by PATH, or the path itself; null for none.</summary>
    public static string? Find(string name) => name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? (File.Exists(name) ? name : null) : (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
