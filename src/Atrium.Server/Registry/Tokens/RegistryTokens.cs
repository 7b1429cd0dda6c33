using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Resources;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Atrium.Server.Registry.Tokens;

/// <summary>
/// The two tokens of a registry. A refresh token says who somebody is and is a JSON web token, because clients read when it ends; an access token says what he
/// may do where, for some minutes, and is closed to everybody else.
/// </summary>
internal sealed class RegistryTokens(ISecretCipher cipher, SigningKeys keys, TimeProvider clock)
{
    public static readonly TimeSpan AccessLife = TimeSpan.FromMinutes(15);
    private const string AccessPrefix = "atrium-registry.";
    private const string Place = "registry";
    private const string AccessName = "access-token";
    private const string RefreshType = "registry-refresh+jwt";
    private const int MaxLength = 32 * 1024;
    private static readonly TimeSpan RefreshLife = TimeSpan.FromHours(3);
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    public string MakeAccess(RegistryCaller caller)
    {
        var text = JsonSerializer.Serialize(new Access(caller, clock.GetUtcNow() + AccessLife));
        return AccessPrefix + Base64Url.EncodeToString(cipher.Encrypt(Place, AccessName, text));
    }

    /// <summary>Null: it is none, was changed, or its time is over.</summary>
    public RegistryCaller? ReadAccess(string token)
    {
        if (token.Length > MaxLength || !token.StartsWith(AccessPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            var access = JsonSerializer.Deserialize<Access>(cipher.Decrypt(Place, AccessName, Base64Url.DecodeFromChars(token.AsSpan(AccessPrefix.Length))))!;
            return access.End > clock.GetUtcNow() ? access.Caller : null;
        }
        catch (Exception broken) when (broken is FormatException or CryptographicException or JsonException)
        {
            return null;
        }
    }

    public string MakeRefresh(RegistryCaller caller)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = RefreshType,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + RefreshLife,
            SigningCredentials = keys.Current.Credentials,
            Claims = new Dictionary<string, object> { ["caller"] = JsonSerializer.Serialize(caller with { Grants = null }) },
        });
    }

    /// <summary>Null: it is none of ours, or its time is over.</summary>
    public async ValueTask<RegistryCaller?> ReadRefreshAsync(string text)
    {
        if (text.Length > MaxLength || !handler.CanReadToken(text))
        {
            return null;
        }

        var token = handler.ReadJsonWebToken(text);
        if (token.Kid is null || keys.Find(token.Kid) is not { } key || new DateTimeOffset(token.ValidTo, TimeSpan.Zero) <= clock.GetUtcNow())
        {
            return null;
        }

        var proof = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = key.Key,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidTypes = [RefreshType],
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return proof.IsValid && token.TryGetPayloadValue<string>("caller", out var caller) ? JsonSerializer.Deserialize<RegistryCaller>(caller) : null;
    }

    private sealed record Access(RegistryCaller Caller, DateTimeOffset End);
}
