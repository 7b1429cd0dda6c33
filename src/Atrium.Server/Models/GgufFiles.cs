using Atrium.Inference.Llama;

namespace Atrium.Server.Models;

/// <summary>The GGUF files of the models folder. A file that is put there, or taken away, is seen a moment later without a restart.</summary>
internal sealed class GgufFiles(string folder, TimeProvider clock)
{
    /// <summary>How old a look may be. A look costs a listing of the folder; the files are read only when one has changed.</summary>
    private static readonly TimeSpan LookAge = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private IReadOnlyList<GgufEntry> usable = [];
    private (string, long, DateTime)[]? seen;
    private DateTimeOffset lookedAt;

    /// <summary>Those that can be used, by name: models and adapters. The same list until one of them changes.</summary>
    public IReadOnlyList<GgufEntry> Usable
    {
        get
        {
            lock (gate)
            {
                if (seen is null || (clock.GetUtcNow() - lookedAt).Duration() >= LookAge)
                {
                    Look();
                }

                return usable;
            }
        }
    }

    private void Look()
    {
        (string, long, DateTime)[] found = [.. GgufFolder.FilesIn(folder).Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc)).Order()];
        if (seen is null || !found.AsSpan().SequenceEqual(seen))
        {
            usable = [.. GgufFolder.Scan(folder).Where(entry => entry.Problem is null)];
            seen = found;
        }

        lookedAt = clock.GetUtcNow();
    }
}
