using System.Runtime.InteropServices;

namespace Atrium.Inference.Shelf;

/// <summary>The C library's heap, on which the models' runtimes live.</summary>
internal static partial class NativeHeap
{
    /// <summary>Gives free memory back to the system. Without it the library keeps what a closed model had, and the budget would be one on paper.</summary>
    public static void Trim()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = TrimHeap(0);
            }
            catch (EntryPointNotFoundException)
            {
                // Another C library than glibc; those give memory back by themselves.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
