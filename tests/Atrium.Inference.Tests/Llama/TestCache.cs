namespace Atrium.Inference.Tests.Llama;

/// <summary>Where fetched packages stay from one test run to the next.</summary>
internal static class TestCache
{
    public static string Folder
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return Environment.GetEnvironmentVariable("ATRIUM_MODELS_CACHE")
                ?? Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "atrium", "models");
        }
    }
}
