namespace Atrium.Bench;

/// <summary>Where the server keeps the model packages of whoever runs this.</summary>
internal static class ModelCache
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("ATRIUM_MODELS_CACHE")
        ?? Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "atrium",
            "models");
}
