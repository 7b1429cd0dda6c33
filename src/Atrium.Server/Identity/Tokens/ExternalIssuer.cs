using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Atrium.Server.Identity.Tokens;

/// <summary>One outside issuer: its metadata and keys, fetched by discovery and fetched again when they change.</summary>
internal sealed class ExternalIssuer(ExternalIssuerOptions options, HttpClient http)
{
    /// <summary>Only keys of two halves: a secret key could have come from anybody who knows it.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly ConfigurationManager<OpenIdConnectConfiguration> metadata = new(
        $"{options.Authority.TrimEnd('/')}/.well-known/openid-configuration",
        new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(http) { RequireHttps = options.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase) });

    public ExternalIssuerOptions Options => options;

    public string Authority => options.Authority;

    public async ValueTask<bool> IsIssuerOfAsync(JsonWebToken token, CancellationToken cancellationToken) =>
        token.Issuer.TrimEnd('/') == options.Authority.TrimEnd('/')
        || (SameHost(token.Issuer) && token.Issuer == (await metadata.GetConfigurationAsync(cancellationToken)).Issuer);

    /// <summary>Whether the issuer signed it for us. A key that is not known makes the metadata be read again once.</summary>
    public async ValueTask<bool> IsGenuineAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        var result = await ValidateAsync(token, cancellationToken);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            metadata.RequestRefresh();
            result = await ValidateAsync(token, cancellationToken);
        }

        return result.IsValid;
    }

    private async Task<TokenValidationResult> ValidateAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        var known = await metadata.GetConfigurationAsync(cancellationToken);
        return await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = known.Issuer,
            ValidAudience = options.Audience,
            IssuerSigningKeys = known.SigningKeys,
            ValidAlgorithms = Algorithms,
            ValidateLifetime = false,
        });
    }

    /// <summary>Discovery is for tokens that may be this issuer's: a stranger's token must not make us call out.</summary>
    private bool SameHost(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var named) && Uri.TryCreate(options.Authority, UriKind.Absolute, out var ours) && named.Host == ours.Host;
}
