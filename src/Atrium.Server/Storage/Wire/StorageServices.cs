namespace Atrium.Server.Storage.Wire;

/// <summary>How addresses name an account's services.</summary>
internal static class StorageServices
{
    public const string Blob = ".blob";
    public const string File = ".file";
    private static readonly string[] All = [Blob, File];

    /// <summary>Whether a path is that of a storage service.</summary>
    public static bool IsOne(PathString path)
    {
        var text = path.Value.AsSpan().TrimStart('/');
        var slash = text.IndexOf('/');
        var first = slash < 0 ? text : text[..slash];
        foreach (var service in All)
        {
            if (first.EndsWith(service, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
