using Atrium.Persistence.Rows;

namespace Atrium.Server.Hosting;

/// <summary>What a write fails with where a disk has no room left.</summary>
internal static class FullDisk
{
    /// <summary>errno ENOSPC.</summary>
    private const int NoSpace = 28;

    /// <summary>errno EDQUOT.</summary>
    private const int OverQuota = 122;

    public static bool Is(IOException failure) => failure is RowsFullException or { HResult: NoSpace or OverQuota };
}
