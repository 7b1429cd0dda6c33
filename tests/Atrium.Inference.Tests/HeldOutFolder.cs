namespace Atrium.Inference.Tests;

/// <summary>The held-out texts of bench/data, found from wherever the tests run.</summary>
internal static class HeldOutFolder
{
    public static string Of(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var found = Path.Combine(folder.FullName, "bench", "data", name);
            if (Directory.Exists(found))
            {
                return found;
            }
        }

        throw new DirectoryNotFoundException($"No folder above the tests has bench/data/{name}.");
    }
}
