using Atrium.Inference.Packages;

namespace Atrium.Inference.Heads;

/// <summary>Keeps trained heads beside the models. A head belongs to what it was trained from; anything else trains a new one.</summary>
internal sealed class HeadStore(string cacheFolder, TimeProvider time)
{
    private readonly string _folder = Path.Combine(cacheFolder, "heads");

    /// <summary>The head of this name and fingerprint, trained now if it is not there. Two processes train once.</summary>
    public async Task<LinearHead> GetAsync(string name, string fingerprint, Func<Task<LinearHead>> train, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, $"{name}-{fingerprint}.head");
        if (await ReadAsync(file, cancellationToken) is { } ready)
        {
            return ready;
        }

        using (await FolderLock.TakeAsync(Path.Combine(cacheFolder, "locks", $"{name}.lock"), () => { }, time, cancellationToken))
        {
            if (await ReadAsync(file, cancellationToken) is { } madeMeanwhile)
            {
                return madeMeanwhile;
            }

            var head = await train();
            Directory.CreateDirectory(_folder);
            await File.WriteAllBytesAsync(file + ".part", head.ToBytes(), cancellationToken);
            File.Move(file + ".part", file, overwrite: true);
            return head;
        }
    }

    private static async Task<LinearHead?> ReadAsync(string file, CancellationToken cancellationToken) =>
        File.Exists(file) ? LinearHead.FromBytes(await File.ReadAllBytesAsync(file, cancellationToken)) : null;
}
