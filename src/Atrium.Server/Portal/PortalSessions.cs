using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atrium.Persistence;
using Atrium.Server.Identity.Principals;

namespace Atrium.Server.Portal;

/// <summary>
/// The sessions of the portal. The cookie holds 32 random bytes; the store holds their hash, so a copy of the database signs nobody in. They outlive a
/// restart and are the same on every node. A session is named by the hash, which is no secret.
/// </summary>
internal sealed class PortalSessions(IAtriumStore store, PrincipalState principals, TimeProvider clock)
{
    /// <summary>How long one may be away.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>After which everybody signs in again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    /// <summary>How much of its idle time a session uses up before the end is moved: not every click is a write.</summary>
    private static readonly TimeSpan MovesAfter = TimeSpan.FromMinutes(15);

    private const string Type = "atrium.internal/portalsessions";
    private const int SecretBytes = 32;
    private const int MostSwept = 500;

    /// <summary>Begins one; returns the cookie's secret.</summary>
    public async Task<string> StartAsync(Principal user, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken);
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var now = clock.GetUtcNow();
        var row = RowOf(NameOf(secret), new() { User = user.ObjectId, PasswordVersion = user.PasswordVersion, Started = now, End = now + Idle });
        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = Type, Resource = row, Expect = Expect.Nothing }] }, cancellationToken);
        return secret;
    }

    /// <summary>The user of a session that is still good; null otherwise.</summary>
    public async ValueTask<Principal?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(KeyOf(name), cancellationToken) is not { } row)
        {
            return null;
        }

        var (session, now) = (JsonSerializer.Deserialize<PortalSession>(row.Body)!, clock.GetUtcNow());
        var user = (await principals.ReadAsync(cancellationToken)).Find(session.User);
        if (session.End <= now || user is not { IsUser: true, IsEnabled: true } || user.PasswordVersion != session.PasswordVersion)
        {
            return null;
        }

        var end = new[] { now + Idle, session.Started + Longest }.Min();
        if (end - session.End > MovesAfter)
        {
            // When another request was faster, it has moved the end.
            await store.CommitAsync(new() { Resources = [Resources.ResourceWriter.Replace(row, row with { Body = JsonSerializer.Serialize(session with { End = end }) })] }, cancellationToken);
        }

        return user;
    }

    public async Task EndAsync(string name, CancellationToken cancellationToken) =>
        await store.CommitAsync(new() { Resources = [Removal(KeyOf(name))] }, cancellationToken);

    /// <summary>What a session is called: the hash of its secret.</summary>
    public static string NameOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var over = (await store.ListAsync(new() { Type = Type, Take = MostSwept }, cancellationToken))
            .Where(row => JsonSerializer.Deserialize<PortalSession>(row.Body)!.End <= now)
            .Select(row => Removal(row.Key))
            .ToList();
        if (over.Count > 0)
        {
            await store.CommitAsync(new() { Resources = over }, cancellationToken);
        }
    }

    private static StoredResource RowOf(string name, PortalSession session) => new() { Key = KeyOf(name), Id = KeyOf(name), Type = Type, Body = JsonSerializer.Serialize(session) };

    private static ResourceWrite Removal(string key) => new() { Key = key, Type = Type, Expect = Expect.Anything };

    private static string KeyOf(string name) => $"/providers/{Type}/{name}";
}
