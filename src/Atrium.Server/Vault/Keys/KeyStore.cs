using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Keys;

/// <summary>The keys of vaults. A version's document has the public half; the private one lies beside it, encrypted. A key's rotation policy is a row of its own.</summary>
internal sealed class KeyStore(IAtriumStore store, ISecretCipher cipher, TimeProvider clock) : VaultItemStore(VaultKind.Keys, store, clock)
{
    public const string PolicyType = $"{VaultType.TypeName}/keys/rotationpolicies";
    private const int MaxTries = 8;
    private readonly IAtriumStore store = store;

    public static string PolicyRow { get; } = PolicyType.ToLowerInvariant();

    /// <summary>Decrypts with the private half. It is in the activity log, with how it ended, before the result is out.</summary>
    /// <exception cref="CryptographicException">It was not encrypted with this version in this way.</exception>
    public async ValueTask<byte[]> DecryptAsync(VaultItem version, EncryptionAlgorithm algorithm, ReadOnlyMemory<byte> encrypted, ActivityRow log, CancellationToken cancellationToken)
    {
        var privateKey = await OpenValueAsync(version, cancellationToken);
        try
        {
            var plain = KeyCrypto.Decrypt(privateKey, algorithm, encrypted.Span);
            await LogAsync(log, cancellationToken);
            return plain;
        }
        catch (CryptographicException)
        {
            await LogAsync(log with { Status = "Failed", HttpStatus = StatusCodes.Status400BadRequest }, cancellationToken);
            throw;
        }
    }

    /// <summary>Signs with the private half. It is in the activity log before the signature is out.</summary>
    public async ValueTask<byte[]> SignAsync(VaultItem version, SignatureAlgorithm algorithm, ReadOnlyMemory<byte> digest, ActivityRow log, CancellationToken cancellationToken) =>
        KeyCrypto.Sign(await ReadValueAsync(version, log, cancellationToken), algorithm, digest.Span);

    /// <summary>The keys of that name in whatever vaults have one that is not deleted; with a version, those versions.</summary>
    public async ValueTask<IReadOnlyList<VaultItem>> FindAnywhereAsync(string name, string? version, string? after, int take, CancellationToken cancellationToken)
    {
        var type = string.IsNullOrEmpty(version) ? VaultKind.Keys.Row : VaultKind.Keys.VersionRow;
        var rows = await store.ListAsync(new() { Type = type, Link = Link(name, version), After = after, Take = take }, cancellationToken);
        return [.. rows.Select(row => new VaultItem(row))];
    }

    public async ValueTask<VaultItem?> FindPolicyAsync(ResourceId key, CancellationToken cancellationToken) => await store.FindAsync(PolicyOf(key).Key, cancellationToken) is { } row ? new(row) : null;

    /// <param name="key">Whose.</param>
    /// <param name="read">Makes the document, of the time when the key was first given a policy; null for now.</param>
    /// <param name="log">For the activity log.</param>
    /// <param name="cancellationToken">Before it is written.</param>
    public async Task<JsonObject> SetPolicyAsync(ResourceId key, Func<DateTimeOffset?, JsonObject> read, ActivityRow log, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = await FindPolicyAsync(key, cancellationToken);
            var document = read(before is null ? null : DateTimeOffset.FromUnixTimeSeconds((long)before.Document["attributes"]!["created"]!));
            var id = PolicyOf(key);
            var row = new StoredResource { Key = id.Key, Id = id.Text, Type = PolicyRow, Body = document.ToJsonString() };
            if ((await store.CommitAsync(new() { Resources = [Write(before?.Row, row)], Activity = [log] }, cancellationToken)).Committed)
            {
                return document;
            }

            if (attempt == MaxTries)
            {
                throw ApiException.Conflict("Conflict", $"The rotation policy of key {key.Name} was changed by others at each of {MaxTries} tries. Nothing was written. Try again.");
            }
        }
    }

    protected override ValueTask<byte[]> EncryptAsync(string name, string place, string value, CancellationToken cancellationToken) => new(cipher.Encrypt(place, Value, value));

    protected override ValueTask<string> DecryptAsync(string place, byte[] ciphertext, CancellationToken cancellationToken) => new(cipher.Decrypt(place, Value, ciphertext));

    protected override string LinkOf(ResourceId id) => id.Type.Equals(VaultKind.Keys.VersionType, StringComparison.OrdinalIgnoreCase) ? Link(id.Parent!.Name, id.Name) : Link(id.Name, null);

    protected override IEnumerable<ResourceWrite> RemoveWith(ResourceId item) => [new() { Key = PolicyOf(item).Key, Type = PolicyRow, Expect = Expect.Anything }];

    private static ResourceId PolicyOf(ResourceId key) => key.Child("rotationpolicies", "default");

    private static string Link(string name, string? version) => $"keys/{name}/{version}".ToLowerInvariant();
}
