namespace Atrium.Server.Tests.Support;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string File(string path) => Path.Combine(Root, path);

    private static string Find(string from)
    {
        var folder = new DirectoryInfo(from);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Atrium.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No Atrium.slnx above '{from}'.");
        }

        return folder.FullName;
    }
}
