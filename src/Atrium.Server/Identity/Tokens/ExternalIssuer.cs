using Atrium.Server.Egress;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Atrium.Server.Identity.Tokens;

/// <summary>One outside issuer: its metadata and keys, fetched by discovery and fetched again when they change.</summary>
internal sealed class ExternalIssuer : IDisposable
{
    /// <summary>The operator names the issuer in the settings, so that one host and port may be private; where its keys are is the issuer's word, and must be there or public.</summary>
    public static readonly EgressDoor Door = new("issuer", "The metadata, keys and token endpoint of an OpenID Connect issuer that the settings name") { MaxRedirects = 3 };

    private const int LongestDocument = 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Only keys of two halves: a secret key could have come from anybody who knows it.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly ExternalIssuerOptions options;
    private readonly HttpClient http;
    private readonly IssuerMetadata metadata;

    public ExternalIssuer(ExternalIssuerOptions options, EgressClient egress, TimeProvider clock)
    {
        this.options = options;
        http = ClientOf(options, egress);
        metadata = new(options.Authority, http, clock);
    }

    public ExternalIssuerOptions Options => options;

    public string Authority => options.Authority;

    /// <summary>What it publishes about itself.</summary>
    /// <exception cref="IssuerUnavailableException">It does not answer, and never has.</exception>
    public ValueTask<OpenIdConnectConfiguration> ReadMetadataAsync(CancellationToken cancellationToken) => metadata.ReadAsync(cancellationToken);

    /// <summary>Calls the issuer.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => http.SendAsync(request, cancellationToken);

    public async ValueTask<bool> IsIssuerOfAsync(JsonWebToken token, CancellationToken cancellationToken) =>
        token.Issuer.TrimEnd('/') == options.Authority.TrimEnd('/')
        || (SameHost(token.Issuer) && token.Issuer == (await metadata.ReadAsync(cancellationToken)).Issuer);

    /// <summary>Whether the issuer signed it for our API.</summary>
    public ValueTask<bool> IsGenuineAsync(JsonWebToken token, CancellationToken cancellationToken) => IsGenuineAsync(token, options.Audience, cancellationToken);

    /// <summary>Whether the issuer signed it for this audience. A key that is not known makes the metadata be read again once.</summary>
    public async ValueTask<bool> IsGenuineAsync(JsonWebToken token, string audience, CancellationToken cancellationToken)
    {
        var known = await metadata.ReadAsync(cancellationToken);
        var result = await ValidateAsync(token, audience, known);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            result = await ValidateAsync(token, audience, await metadata.ReadForKeyAsync(known, cancellationToken));
        }

        return result.IsValid;
    }

    public void Dispose()
    {
        metadata.Dispose();
        http.Dispose();
    }

#pragma warning disable RS0030 // It sends through the egress handler.
    private static HttpClient ClientOf(ExternalIssuerOptions options, EgressClient egress) =>
        new(egress.HandlerFor(new(Door, Workspace: null) { Granted = PrivateTarget.Of(new(options.Authority)) })) { Timeout = Timeout, MaxResponseContentBufferSize = LongestDocument };
#pragma warning restore RS0030

    private Task<TokenValidationResult> ValidateAsync(JsonWebToken token, string audience, OpenIdConnectConfiguration known) => handler.ValidateTokenAsync(token, new TokenValidationParameters
    {
        ValidIssuer = known.Issuer,
        ValidAudience = audience,
        IssuerSigningKeys = known.SigningKeys,
        ValidAlgorithms = Algorithms,
        ValidateLifetime = false,
    });

    /// <summary>Discovery is for tokens that may be this issuer's: a stranger's token must not make us call out.</summary>
    private bool SameHost(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var named) && Uri.TryCreate(options.Authority, UriKind.Absolute, out var ours) && named.Host == ours.Host;
}
