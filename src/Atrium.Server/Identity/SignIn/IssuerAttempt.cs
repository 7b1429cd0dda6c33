using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Atrium.Server.Identity.SignIn;

/// <summary>A sign-in at an outside issuer that has begun. Only the browser that began it may end it.</summary>
internal sealed record IssuerAttempt
{
    private const int RandomBytes = 32;

    /// <summary>Where one signs in.</summary>
    public required string Authority { get; init; }

    /// <summary>As which client: the settings may name several at one issuer.</summary>
    public required string ClientId { get; init; }

    /// <summary>Where the issuer leads back to: absolute.</summary>
    public required string Return { get; init; }

    /// <summary>The page to show then; null for the first one.</summary>
    public string? Next { get; init; }

    public required DateTimeOffset End { get; init; }

    /// <summary>Comes back with the answer.</summary>
    public string State { get; init; } = Random();

    /// <summary>Comes back in the identity token.</summary>
    public string Nonce { get; init; } = Random();

    /// <summary>RFC 7636: known to nobody else until the code is redeemed.</summary>
    public string Verifier { get; init; } = Random();

    [JsonIgnore]
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
}
