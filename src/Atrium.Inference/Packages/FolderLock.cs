namespace Atrium.Inference.Packages;

/// <summary>A lock between processes: an open file that the system closes when its process ends, however it ends.</summary>
internal static class FolderLock
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(100);

    public static async Task<IDisposable> TakeAsync(string file, Action onWait, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        for (var waited = false; ; waited = true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                if (!waited)
                {
                    onWait();
                }

                await Task.Delay(RetryEvery, time, cancellationToken);
            }
        }
    }
}
