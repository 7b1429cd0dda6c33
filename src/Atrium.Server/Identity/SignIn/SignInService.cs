using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.SignIn;

/// <summary>Checks who somebody says he is. Throttled, and as slow for a name that is not there as for one that is.</summary>
internal sealed class SignInService(PrincipalState principals, Passwords passwords, SignInThrottle throttle, IAtriumStore store, ISecretCipher cipher, IActivityTrail trail, TimeProvider clock)
{
    /// <summary>Compared with when there is no such application.</summary>
    private static readonly ImmutableArray<ClientSecret> Nobodys = [ClientSecret.Make("", DateTimeOffset.MinValue, DateTimeOffset.MinValue).Secret];

    /// <summary>
    /// A service principal by its secret. Counted per application and address together: the secret cannot be guessed, and a stranger who knows the
    /// application's id must not be able to lock it out.
    /// </summary>
    public async ValueTask<SignInResult> AppAsync(string appId, string secret, string address, CancellationToken cancellationToken) =>
        await LogAsync(await ProveAppAsync(appId, secret, address, cancellationToken), (await principals.ReadAsync(cancellationToken)).FindApp(appId), address, cancellationToken);

    private async ValueTask<SignInResult> ProveAppAsync(string appId, string secret, string address, CancellationToken cancellationToken)
    {
        var account = $"{appId} {address}";
        if (throttle.WaitFor(account, address) is { } wait)
        {
            return new(null, TokenErrors.TooMany(wait, "invalid_client"));
        }

        var app = (await principals.ReadAsync(cancellationToken)).FindApp(appId);
        var match = (app?.Secrets ?? Nobodys).FirstOrDefault(s => s.Matches(secret));
        if (app is null || match is null)
        {
            throttle.Failed(account, address);
            return new(null, TokenErrors.WrongSecret);
        }

        throttle.Succeeded(account);
        return !app.IsEnabled ? new(null, TokenErrors.DisabledClient)
            : match.IsGood(clock.GetUtcNow()) ? new(app, null)
            : new(null, TokenErrors.ExpiredSecret);
    }

    /// <summary>A user by his password.</summary>
    public async ValueTask<SignInResult> UserAsync(string name, string password, string address, CancellationToken cancellationToken) =>
        await LogAsync(await ProveUserAsync(name, password, address, cancellationToken), (await principals.ReadAsync(cancellationToken)).FindUser(name), address, cancellationToken);

    private async ValueTask<SignInResult> ProveUserAsync(string name, string password, string address, CancellationToken cancellationToken)
    {
        if (throttle.WaitFor(name, address) is { } wait)
        {
            return new(null, TokenErrors.TooMany(wait, "invalid_grant"));
        }

        var user = (await principals.ReadAsync(cancellationToken)).FindUser(name);
        var stored = user is null ? null : await store.FindSecretAsync(user.Id.Key, UserType.HashName, cancellationToken);
        var hash = stored is null ? null : cipher.Decrypt(user!.Id.Key, UserType.HashName, stored);
        if (password.Length > Passwords.MaxLength || !passwords.Matches(hash, password))
        {
            throttle.Failed(name, address);
            return new(null, TokenErrors.WrongPassword);
        }

        throttle.Succeeded(name);
        return user!.IsEnabled ? new(user, null) : new(null, TokenErrors.DisabledUser);
    }

    /// <summary>A name that nobody has is not written down: people type passwords there.</summary>
    private async ValueTask<SignInResult> LogAsync(SignInResult result, Principal? named, string address, CancellationToken cancellationToken)
    {
        await trail.AddAsync(
            new()
            {
                Time = clock.GetUtcNow(),
                Operation = "Atrium.Identity/signIn/action",
                ResourceId = named?.Id.Text ?? "/providers/Atrium.Identity",
                Caller = named?.ObjectId ?? "unknown",
                CorrelationId = Guid.NewGuid().ToString(),
                Status = result.Error is null ? "Succeeded" : "Failed",
                HttpStatus = result.Error is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized,
                Properties = new JsonObject { ["address"] = address, ["code"] = result.Error?.Code }.ToJsonString(),
            },
            cancellationToken);
        return result;
    }
}

/// <summary>Who signed in, or why nobody did.</summary>
internal sealed record SignInResult(Principal? Principal, TokenError? Error);
