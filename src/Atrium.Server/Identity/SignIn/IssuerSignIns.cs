using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Egress;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Atrium.Server.Identity.SignIn;

/// <summary>
/// Signs people in at the outside issuers that have a client of ours: OpenID Connect Core 1.0, authorization code flow, with PKCE (RFC 7636). What comes of it is
/// the issuer's own access token for our API; nothing is made here that the issuer has not given.
/// </summary>
internal sealed partial class IssuerSignIns(ExternalTokens external, PrincipalState principals, TimeProvider clock, ILogger<IssuerSignIns> logger)
{
    private const int LongestError = 60;

    /// <summary>Those with which one can sign in, in the order of the settings.</summary>
    public IReadOnlyList<ExternalIssuer> Issuers { get; } = [.. external.Issuers.Where(i => i.Options.ClientId is not null)];

    /// <param name="authority">The issuer.</param>
    /// <param name="clientId">Our client there; null for the first one.</param>
    public ExternalIssuer? Find(string authority, string? clientId) => Issuers.FirstOrDefault(i => i.Authority == authority && (clientId ?? i.Options.ClientId) == i.Options.ClientId);

    /// <summary>Where the browser goes to sign in; null when the issuer does not answer, or has no such place.</summary>
    public async Task<Uri?> BeginAsync(ExternalIssuer issuer, IssuerAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            var metadata = await issuer.ReadMetadataAsync(cancellationToken);
            var message = new OpenIdConnectMessage
            {
                IssuerAddress = metadata.AuthorizationEndpoint,
                ClientId = issuer.Options.ClientId,
                ResponseType = OpenIdConnectResponseType.Code,
                ResponseMode = OpenIdConnectResponseMode.Query,
                Scope = issuer.Options.Scope,
                RedirectUri = attempt.Return,
                State = attempt.State,
                Nonce = attempt.Nonce,
                Parameters = { ["code_challenge"] = attempt.Challenge, ["code_challenge_method"] = "S256" },
            };
            return AddressOf(message.CreateAuthenticationRequestUrl());
        }
        catch (IssuerUnavailableException away)
        {
            LogAway(issuer.Authority, away);
            return null;
        }
    }

    /// <summary>Takes the code for tokens, and proves them.</summary>
    /// <param name="issuer">Where one has signed in.</param>
    /// <param name="attempt">What was asked.</param>
    /// <param name="code">What the browser brought back.</param>
    /// <param name="from">The <c>iss</c> of the answer (RFC 9207); null where the issuer names none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IssuerAnswer> EndAsync(ExternalIssuer issuer, IssuerAttempt attempt, string code, string? from, CancellationToken cancellationToken)
    {
        try
        {
            var metadata = await issuer.ReadMetadataAsync(cancellationToken);
            if (from is not null && from != metadata.Issuer)
            {
                LogRefused(issuer.Authority, "iss");
                return new(IssuerOutcome.Refused);
            }

            var (outcome, answer) = await AskAsync(issuer, metadata, new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = attempt.Return, ["code_verifier"] = attempt.Verifier }, cancellationToken);
            if (answer is null)
            {
                return new(outcome);
            }

            if (Parse(answer["id_token"]) is not { } named || !await IsOurAnswerAsync(issuer, named, attempt, cancellationToken))
            {
                LogRefused(issuer.Authority, "id_token");
                return new(IssuerOutcome.Refused);
            }

            return await ReadAsync(issuer, answer, named, cancellationToken);
        }
        catch (IssuerUnavailableException away)
        {
            LogAway(issuer.Authority, away);
            return new(IssuerOutcome.Away);
        }
    }

    /// <summary>Where the browser goes to end the session at the issuer (OpenID Connect RP-Initiated Logout 1.0); null when the issuer has no such place, or does not answer.</summary>
    /// <param name="issuer">Where one has signed in.</param>
    /// <param name="identityToken">Of that sign-in.</param>
    /// <param name="back">Where the issuer leads to then: absolute, and registered there.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Uri?> LeaveAsync(ExternalIssuer issuer, string? identityToken, string back, CancellationToken cancellationToken)
    {
        try
        {
            var metadata = await issuer.ReadMetadataAsync(cancellationToken);
            var message = new OpenIdConnectMessage { IssuerAddress = metadata.EndSessionEndpoint, ClientId = issuer.Options.ClientId, IdTokenHint = identityToken, PostLogoutRedirectUri = back };
            return AddressOf(metadata.EndSessionEndpoint is null ? null : message.CreateLogoutRequestUrl());
        }
        catch (IssuerUnavailableException away)
        {
            LogAway(issuer.Authority, away);
            return null;
        }
    }

    /// <summary>New tokens for old ones. <see cref="IssuerOutcome.Refused"/>: the issuer has ended the session.</summary>
    public async Task<IssuerAnswer> RefreshAsync(ExternalIssuer issuer, string objectId, IssuerTokens tokens, CancellationToken cancellationToken)
    {
        if (tokens.Refresh is null)
        {
            return new(IssuerOutcome.Refused);
        }

        try
        {
            var metadata = await issuer.ReadMetadataAsync(cancellationToken);
            var (outcome, answer) = await AskAsync(issuer, metadata, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = tokens.Refresh }, cancellationToken);
            var read = answer is null ? new(outcome) : await ReadAsync(issuer, answer, null, cancellationToken);
            return read.Who is not { } who ? read
                : who.ObjectId != objectId ? new(IssuerOutcome.Refused)
                : read with { Who = who with { Tokens = who.Tokens with { Refresh = who.Tokens.Refresh ?? tokens.Refresh, Identity = tokens.Identity } } };
        }
        catch (IssuerUnavailableException away)
        {
            LogAway(issuer.Authority, away);
            return new(IssuerOutcome.Away);
        }
    }

    private async Task<(IssuerOutcome Outcome, JsonObject? Answer)> AskAsync(
        ExternalIssuer issuer, OpenIdConnectConfiguration metadata, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        var options = issuer.Options;
        if (!Uri.TryCreate(metadata.TokenEndpoint, UriKind.Absolute, out var endpoint))
        {
            return (IssuerOutcome.Away, null);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        if (options.ClientSecret is { } secret && !metadata.TokenEndpointAuthMethodsSupported.Contains("client_secret_post"))
        {
            // RFC 6749, 2.3.1: both are form-encoded first.
            var pair = $"{WebUtility.UrlEncode(options.ClientId)}:{WebUtility.UrlEncode(secret)}";
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = options.ClientId!;
            if (options.ClientSecret is not null)
            {
                form["client_secret"] = options.ClientSecret;
            }
        }

        request.Content = new FormUrlEncodedContent(form);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var answer = await issuer.SendAsync(request, cancellationToken);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) as JsonObject;
            if (answer.IsSuccessStatusCode && body is not null)
            {
                return (IssuerOutcome.Done, body);
            }

            LogRefused(issuer.Authority, Plain(body?["error"]) ?? ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
            return ((int)answer.StatusCode >= 500 ? IssuerOutcome.Away : IssuerOutcome.Refused, null);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or EgressRefusedException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogAway(issuer.Authority, failure);
            return (IssuerOutcome.Away, null);
        }
    }

    /// <summary>OpenID Connect Core 1.0, 3.1.3.7.</summary>
    private async Task<bool> IsOurAnswerAsync(ExternalIssuer issuer, JsonWebToken named, IssuerAttempt attempt, CancellationToken cancellationToken) =>
        await issuer.IsGenuineAsync(named, issuer.Options.ClientId!, cancellationToken)
        && TokenLife.IsGood(named, clock.GetUtcNow())
        && named.TryGetPayloadValue<string>("nonce", out var nonce) && nonce == attempt.Nonce
        && (named.Audiences.Count() == 1 || (named.TryGetPayloadValue<string>("azp", out var party) && party == issuer.Options.ClientId));

    /// <summary>The access token must be one that our API takes, and of the one who has signed in: better told now than at the first page.</summary>
    private async Task<IssuerAnswer> ReadAsync(ExternalIssuer issuer, JsonObject answer, JsonWebToken? named, CancellationToken cancellationToken)
    {
        var model = await principals.ReadAsync(cancellationToken);
        var person = named is null ? null : ExternalClaims.Read(named, issuer.Options, model);
        if (Parse(answer["access_token"]) is not { } token
            || !await issuer.IsIssuerOfAsync(token, cancellationToken)
            || !await issuer.IsGenuineAsync(token, cancellationToken)
            || !TokenLife.IsGood(token, clock.GetUtcNow())
            || ExternalClaims.Read(token, issuer.Options, model) is not { } caller
            || (named is not null && person?.ObjectId != caller.ObjectId))
        {
            LogRefused(issuer.Authority, "access_token");
            return new(IssuerOutcome.NotForUs);
        }

        var name = named is not null && named.TryGetPayloadValue<string>("name", out var display) && display.Length > 0 ? display : (person ?? caller).Name;
        return new(IssuerOutcome.Done, new(issuer.Authority, issuer.Options.ClientId, caller.ObjectId, name, new()
        {
            Identity = named?.EncodedToken,
            Access = token.EncodedToken,
            Refresh = (string?)answer["refresh_token"],
            End = new(token.ValidTo, TimeSpan.Zero),
        }));
    }

    private static Uri? AddressOf(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? address : null;

    private static JsonWebToken? Parse(JsonNode? text)
    {
        try
        {
            return text?.GetValueKind() is JsonValueKind.String ? new((string)text!) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>An error code of RFC 6749 and nothing else: descriptions may hold anything.</summary>
    public static string? Plain(JsonNode? error) =>
        error?.GetValueKind() is JsonValueKind.String && (string)error! is { Length: <= LongestError } code && code.All(c => char.IsAsciiLetterLower(c) || c == '_') ? code : null;

    [LoggerMessage(LogLevel.Warning, "The issuer '{Authority}' does not answer a sign-in.")]
    private partial void LogAway(string authority, Exception why);

    [LoggerMessage(LogLevel.Warning, "A sign-in at the issuer '{Authority}' did not succeed: {Why}.")]
    private partial void LogRefused(string authority, string why);
}
