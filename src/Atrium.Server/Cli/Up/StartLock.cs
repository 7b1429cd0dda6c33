using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Instance;

namespace Atrium.Server.Cli.Up;

/// <summary>One <c>atrium up</c> at a time on a data folder; the others wait and then find the work done.</summary>
internal static class StartLock
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    public static async Task<IDisposable> TakeAsync(string data, Progress progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        var path = Path.Combine(RunningServer.FolderIn(data), "up.lock");
        for (var told = false; ; told = true)
        {
            try
            {
                return new FileStream(path, new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = PrivateFile.OwnerOnly,
                });
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!told)
                {
                    progress.Note($"Another 'atrium up' is at work on '{data}'; waiting for it.");
                }

                await Task.Delay(Poll, clock, cancellationToken);
            }
        }
    }
}
