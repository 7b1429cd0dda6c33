namespace Atrium.Portal.Tests;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Sources
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string from)
    {
        var folder = new DirectoryInfo(from);
        while (!File.Exists(Path.Combine(folder.FullName, "Atrium.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No Atrium.slnx above '{from}'.");
        }

        return folder.FullName;
    }
}
