using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atrium.Persistence;
using Atrium.Server.Identity.Principals;

namespace Atrium.Server.Identity.SignIn;

/// <summary>
/// Codes that sign a user in once, in place of a password. A code is 32 random bytes; only its hash is kept. Any node takes it, and of two who try at
/// the same time one gets in.
/// </summary>
internal sealed class SignInLinks(IAtriumStore store, PrincipalState principals, TimeProvider clock)
{
    /// <summary>Long enough to go from a terminal to a browser.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <summary>The page of the portal that takes a code.</summary>
    public const string Path = "/portal/sign-in";

    private const string Type = "atrium.internal/signinlinks";
    private const int CodeBytes = 32;

    /// <summary>The most codes that are good at once; the next one ends those that are over.</summary>
    private const int MostSwept = 500;

    /// <summary>A new code for a user.</summary>
    public async Task<(string Code, DateTimeOffset End)> MakeAsync(Principal user, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken);
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CodeBytes));
        var end = clock.GetUtcNow() + Life;
        var kept = new Kept(user.ObjectId, user.PasswordVersion, end);
        var row = new StoredResource { Key = KeyOf(code), Id = KeyOf(code), Type = Type, Body = JsonSerializer.Serialize(kept) };
        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = Type, Resource = row, Expect = Expect.Nothing }] }, cancellationToken);
        return (code, end);
    }

    /// <summary>The user that the code signs in, and the code is used up; null when it is not good or no longer.</summary>
    public async Task<Principal?> UseAsync(string code, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(KeyOf(code), cancellationToken) is not { } row)
        {
            return null;
        }

        var used = new ResourceWrite { Key = row.Key, Type = Type, Expect = Expect.SameVersion, ExpectedVersion = row.Version };
        if (!(await store.CommitAsync(new() { Resources = [used] }, cancellationToken)).Committed)
        {
            return null;
        }

        var kept = JsonSerializer.Deserialize<Kept>(row.Body)!;
        var user = (await principals.ReadAsync(cancellationToken)).Find(kept.User);
        return kept.End > clock.GetUtcNow() && user is { IsUser: true, IsEnabled: true } && user.PasswordVersion == kept.PasswordVersion ? user : null;
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var stale = (await store.ListAsync(new() { Type = Type, Take = MostSwept }, cancellationToken))
            .Where(row => JsonSerializer.Deserialize<Kept>(row.Body)!.End <= now)
            .Select(row => new ResourceWrite { Key = row.Key, Type = Type, Expect = Expect.Anything })
            .ToList();
        if (stale.Count > 0)
        {
            await store.CommitAsync(new() { Resources = stale }, cancellationToken);
        }
    }

    private static string KeyOf(string code) => $"/providers/{Type}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)))}";

    private sealed record Kept(string User, int PasswordVersion, DateTimeOffset End);
}
