namespace Atrium.Server.Vault.Keys;

/// <summary>Makes keys. A large one takes seconds of a processor, so no more are made at once than leave the server time for the rest.</summary>
internal sealed class KeyMaker : IDisposable
{
    private readonly SemaphoreSlim turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    public async Task<KeyPair> MakeAsync(KeySpec spec, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => KeyPair.Generate(spec), cancellationToken);
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();
}
