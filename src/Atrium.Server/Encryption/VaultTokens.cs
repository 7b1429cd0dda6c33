using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;

namespace Atrium.Server.Encryption;

/// <summary>Tokens for a vault elsewhere, by the client credentials grant (RFC 6749, 4.4), kept until shortly before they end.</summary>
internal sealed class VaultTokens(ExternalVaultOptions options, EgressClient egress, TimeProvider clock)
{
    private const int MaxBytes = 64 * 1024;
    private const int UsualSeconds = 600;
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(1);
    private readonly EgressPass pass = new(ExternalVault.Door, Workspace: null) { Granted = PrivateTarget.Of(new(options.Authority)) };
    private volatile Kept? kept;

    /// <exception cref="CustomerKeyException">The issuer gives none.</exception>
    /// <exception cref="HttpRequestException">It did not answer.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (kept is { } known && known.Until > now)
        {
            return known.Token;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{options.Authority.TrimEnd('/')}/oauth2/v2.0/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = options.ClientId,
                ["client_secret"] = options.ClientSecret,
                ["scope"] = $"{options.Audience}/.default",
            }),
        };
        using var answer = await egress.SendAsync(pass, request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new CustomerKeyException(
                "The issuer of tokens for its vault refuses the service principal in the settings (Encryption:Vaults).", isRefusal: answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
        }

        var body = await BoundedBody.ReadAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), answer.Content.Headers.ContentLength, MaxBytes, cancellationToken);
        if (body is null || JsonNode.Parse(body) is not JsonObject json || json["access_token"]?.GetValue<string>() is not { } token)
        {
            throw new CustomerKeyException("The issuer of tokens for its vault gave none.", isRefusal: false);
        }

        var seconds = json["expires_in"] is JsonValue life && life.TryGetValue<int>(out var told) ? told : UsualSeconds;
        kept = new(token, now + TimeSpan.FromSeconds(seconds) - Spare);
        return token;
    }

    /// <summary>The vault did not take it.</summary>
    public void Forget() => kept = null;

    private sealed record Kept(string Token, DateTimeOffset Until);
}
