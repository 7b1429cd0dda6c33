using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atrium.Persistence;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.SignIn;
using Atrium.Server.Resources;

namespace Atrium.Server.Portal;

/// <summary>
/// The sessions of the portal. The cookie holds 32 random bytes; the store holds their hash, so a copy of the database signs nobody in. They outlive a
/// restart and are the same on every node. A session is named by the hash, which is no secret.
/// </summary>
internal sealed class PortalSessions(IAtriumStore store, PrincipalState principals, IssuerSignIns issuers, ISecretCipher cipher, TimeProvider clock)
{
    /// <summary>How long one may be away.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>After which everybody signs in again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    /// <summary>How much of its idle time a session uses up before the end is moved: not every click is a write.</summary>
    private static readonly TimeSpan MovesAfter = TimeSpan.FromMinutes(15);

    private const string Type = "atrium.internal/portalsessions";
    private const string TokensName = "tokens";
    private const int SecretBytes = 32;
    private const int MostSwept = 500;

    /// <summary>Begins one; returns the cookie's secret.</summary>
    public Task<string> StartAsync(Principal user, CancellationToken cancellationToken) =>
        StartAsync(_ => new() { User = user.ObjectId, PasswordVersion = user.PasswordVersion, Started = clock.GetUtcNow(), End = clock.GetUtcNow() + Idle }, cancellationToken);

    /// <summary>The same for somebody who has signed in at an outside issuer.</summary>
    public Task<string> StartAsync(IssuerUser user, CancellationToken cancellationToken) => StartAsync(
        name => new() { User = user.ObjectId, PasswordVersion = 0, Started = clock.GetUtcNow(), End = clock.GetUtcNow() + Idle, Outside = Seal(name, user) }, cancellationToken);

    /// <summary>Whose session it is, when it is still good; null otherwise.</summary>
    public async ValueTask<PortalVisitor?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(KeyOf(name), cancellationToken) is not { } row)
        {
            return null;
        }

        var (session, now) = (JsonSerializer.Deserialize<PortalSession>(row.Body)!, clock.GetUtcNow());
        if (session.End <= now || await VisitorOfAsync(name, session, cancellationToken) is not { } visitor)
        {
            return null;
        }

        var end = new[] { now + Idle, session.Started + Longest }.Min();
        if (end - session.End > MovesAfter)
        {
            // When another request was faster, it has moved the end.
            await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(row, row with { Body = JsonSerializer.Serialize(session with { End = end }) })] }, cancellationToken);
        }

        return visitor;
    }

    /// <summary>Keeps the issuer's new tokens. A session that has ended stays ended.</summary>
    public async Task KeepAsync(string name, IssuerUser user, CancellationToken cancellationToken)
    {
        while (await store.FindAsync(KeyOf(name), cancellationToken) is { } row)
        {
            var session = JsonSerializer.Deserialize<PortalSession>(row.Body)!;
            var kept = session with { Outside = Seal(name, user with { Name = session.Outside!.Name }) };
            if ((await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(row, row with { Body = JsonSerializer.Serialize(kept) })] }, cancellationToken)).Committed)
            {
                return;
            }
        }
    }

    public async Task EndAsync(string name, CancellationToken cancellationToken) =>
        await store.CommitAsync(new() { Resources = [Removal(KeyOf(name))] }, cancellationToken);

    /// <summary>What a session is called: the hash of its secret.</summary>
    public static string NameOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private async Task<string> StartAsync(Func<string, PortalSession> make, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken);
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var row = RowOf(NameOf(secret), make(NameOf(secret)));
        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = Type, Resource = row, Expect = Expect.Nothing }] }, cancellationToken);
        return secret;
    }

    /// <summary>Null for somebody who may no longer sign in, and where the settings no longer name the issuer.</summary>
    private async ValueTask<PortalVisitor?> VisitorOfAsync(string name, PortalSession session, CancellationToken cancellationToken)
    {
        if (session.Outside is { } outside)
        {
            return issuers.Find(outside.Authority, outside.ClientId) is null ? null : new(session.User, outside.Name) { Outside = Open(name, session.User, outside) };
        }

        var user = (await principals.ReadAsync(cancellationToken)).Find(session.User);
        return user is { IsUser: true, IsEnabled: true } && user.PasswordVersion == session.PasswordVersion ? new(user.ObjectId, user.DisplayName) { Own = user } : null;
    }

    private OutsideSession Seal(string name, IssuerUser user) =>
        new() { Authority = user.Authority, ClientId = user.ClientId, Name = user.Name, Tokens = cipher.Encrypt(KeyOf(name), TokensName, JsonSerializer.Serialize(user.Tokens)) };

    private IssuerUser Open(string name, string objectId, OutsideSession outside) =>
        new(outside.Authority, outside.ClientId, objectId, outside.Name, JsonSerializer.Deserialize<IssuerTokens>(cipher.Decrypt(KeyOf(name), TokensName, outside.Tokens))!);

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
