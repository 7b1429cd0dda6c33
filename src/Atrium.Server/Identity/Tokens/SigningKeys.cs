using System.Collections.Immutable;
using System.Security.Cryptography;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Tokens;

/// <summary>
/// The keys of the issuer. They lie encrypted in the store as numbered values that are written once, so all nodes have the same ones, and two that
/// rotate at the same time agree on one. A node that meets a key it does not know looks for it there.
/// </summary>
internal sealed class SigningKeys(IAtriumStore store, ISecretCipher cipher, TimeProvider clock) : IDisposable
{
    private const string Place = "issuer";
    private const string RefreshKeyName = "issuer-refresh-key";
    private const int RefreshKeyBytes = 32;
    private readonly SemaphoreSlim gate = new(1, 1);
    private ImmutableArray<SigningKey> all = [];

    /// <summary>The published ones: a token signed with any of them is good.</summary>
    public IReadOnlyList<SigningKey> Published => SigningKeyRules.Published(all, clock.GetUtcNow());

    /// <summary>The one that signs now.</summary>
    public SigningKey Current => SigningKeyRules.Current(all, clock.GetUtcNow());

    /// <summary>The first one ever made, and the key that encrypts refresh tokens: the same on every node for good.</summary>
    public SigningKey First => all[0];

    public byte[] RefreshKey { get; private set; } = [];

    public SigningKey? Find(string id) => Published.FirstOrDefault(k => k.Id == id);

    /// <summary>Reads all keys, making the first at the first start. Before the server listens.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var fresh = Convert.ToBase64String(RandomNumberGenerator.GetBytes(RefreshKeyBytes));
        var stored = await store.GetOrAddValueAsync(RefreshKeyName, cipher.Encrypt(Place, RefreshKeyName, fresh), cancellationToken);
        RefreshKey = Convert.FromBase64String(cipher.Decrypt(Place, RefreshKeyName, stored));
        await ReloadAsync(cancellationToken);
        if (all.IsEmpty)
        {
            await AddAsync(cancellationToken);
        }
    }

    /// <summary>Reads what other nodes have added.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            for (var next = all.Length + 1; await store.FindValueAsync(NameOf(next), cancellationToken) is { } found; next++)
            {
                all = all.Add(Read(next, found));
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Makes the next key. It is published at once and signs when every node and client has had time to see it.</summary>
    public async Task AddAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var next = all.Length + 1;
            var fresh = cipher.Encrypt(Place, NameOf(next), SigningKey.MakeText(clock.GetUtcNow()));
            all = all.Add(Read(next, await store.GetOrAddValueAsync(NameOf(next), fresh, cancellationToken)));
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Sees the keys of other nodes, and makes the next when it is due.</summary>
    public async Task RotateAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync(cancellationToken);
        if (SigningKeyRules.IsNextDue(all, clock.GetUtcNow()))
        {
            await AddAsync(cancellationToken);
        }
    }

    public void Dispose() => gate.Dispose();

    private SigningKey Read(int generation, byte[] stored) => SigningKey.Read(generation, cipher.Decrypt(Place, NameOf(generation), stored));

    private static string NameOf(int generation) => $"issuer-signing-key-{generation}";
}
