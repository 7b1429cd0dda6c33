using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Atrium.Server.Tests.Identity;

/// <summary>What the issuer and the resource API refuse, and in which words.</summary>
public sealed class TokenRefusalTests : IAsyncLifetime
{
    private const string Subscriptions = "/subscriptions?api-version=2022-12-01";
    private readonly ManualClock clock = new(TimeProvider.System.GetUtcNow());
    private HubServer hub = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        client = hub.HttpsClient();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await hub.DisposeAsync();
    }

    [Theory]
    [InlineData("client_credentials", "right", "wrong", "https://management.azure.com/.default", 401, "invalid_client", 7000215)]
    [InlineData("client_credentials", "stranger", "wrong", "https://management.azure.com/.default", 401, "invalid_client", 7000215)]
    [InlineData("client_credentials", "right", "right", "https://nowhere.example/.default", 400, "invalid_resource", 500011)]
    [InlineData("client_credentials", "right", "right", "https://vault.azure.net/.default https://ai.azure.com/.default", 400, "invalid_scope", 28000)]
    [InlineData("client_credentials", "right", "right", "nonsense", 400, "invalid_scope", 70011)]
    [InlineData("client_credentials", "right", "right", null, 400, "invalid_request", 900144)]
    [InlineData("client_credentials", "right", null, "https://vault.azure.net/.default", 400, "invalid_request", 900144)]
    [InlineData("authorization_code", "right", "right", "https://vault.azure.net/.default", 400, "unsupported_grant_type", 70003)]
    [InlineData("password", "right", null, "https://vault.azure.net/.default", 400, "invalid_request", 900144)]
    public async Task A_bad_request_for_a_token_is_refused_as_Entra_does(string grant, string who, string? secret, string? scope, int status, string error, int code)
    {
        var first = await hub.FirstAsync();
        var form = new List<(string, string)> { ("grant_type", grant), ("client_id", who == "right" ? first.AppId : Guid.NewGuid().ToString()) };
        if (secret is not null)
        {
            form.Add(("client_secret", secret == "right" ? first.ClientSecret : secret));
        }

        if (scope is not null)
        {
            form.Add(("scope", scope));
        }

        var answer = await client.TokenAsync(hub, [.. form]);
        Assert.Equal((status, error), ((int)answer.Status, (string?)answer.Body["error"]));
        Assert.Equal(code, (int)answer.Body["error_codes"]!.AsArray().Single()!);
        Assert.StartsWith($"AADSTS{code}: ", (string?)answer.Body["error_description"], StringComparison.Ordinal);
        Assert.All(["timestamp", "trace_id", "correlation_id"], name => Assert.NotNull(answer.Body[name]));
        Assert.DoesNotContain(first.ClientSecret, answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_tenant_is_not_known()
    {
        var answer = await client.TokenAsync(Guid.NewGuid().ToString(), ("grant_type", "client_credentials"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request", 90002), (answer.Status, (string?)answer.Body["error"], (int)answer.Body["error_codes"]![0]!));
    }

    [Fact]
    public async Task A_wrong_name_and_a_wrong_secret_get_the_same_words()
    {
        var first = await hub.FirstAsync();
        var wrongSecret = await TryAsync(first.AppId, "x");
        var wrongName = await TryAsync(Guid.NewGuid().ToString(), "x");
        Assert.Equal(Words(wrongSecret), Words(wrongName));

        static string Words(Answer answer) => ((string)answer.Body["error_description"]!).Split(" Trace ID")[0];
    }

    [Fact]
    public async Task Guessing_a_secret_ends_in_429_and_time_frees_it()
    {
        var first = await hub.FirstAsync();
        Answer answer;
        var tries = 0;
        do
        {
            answer = await TryAsync(first.AppId, $"guess{tries}");
        }
        while (answer.Status == HttpStatusCode.Unauthorized && ++tries < 100);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.InRange(tries, 3, 10);
        Assert.Equal(50053, (int)answer.Body["error_codes"]![0]!);
        var wait = answer.Message.Headers.RetryAfter!.Delta!.Value;
        Assert.Equal(HttpStatusCode.TooManyRequests, (await TryAsync(first.AppId, first.ClientSecret)).Status);
        clock.Now += wait;
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(first.AppId, first.ClientSecret)).Status);
    }

    [Fact]
    public async Task The_issuer_gives_nothing_over_plain_http()
    {
        var first = await hub.FirstAsync();
        var answer = await hub.Client.TokenAsync(
            hub, ("grant_type", "client_credentials"), ("client_id", first.AppId), ("client_secret", first.ClientSecret), ("scope", "https://management.azure.com/.default"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, (string?)answer.Body["error"]));
        Assert.Null(answer.Body["access_token"]);
    }

    [Fact]
    public async Task A_token_is_refused_over_plain_http_also_on_loopback()
    {
        using var owner = await hub.OwnerAsync();
        hub.Client.DefaultRequestHeaders.Authorization = owner.DefaultRequestHeaders.Authorization;
        var answer = await hub.Client.CallAsync("GET", Subscriptions);
        Assert.Equal((HttpStatusCode.Unauthorized, "HttpsRequired"), (answer.Status, answer.ErrorCode));
        Assert.Contains("httpsEndpoint", (string?)answer.Body["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_sent_as_a_bearer_token_is_no_token()
    {
        hub.Client.DefaultRequestHeaders.Authorization = new("Bearer", "0123456789abcdef0123456789abcdef");
        Assert.Equal("AuthenticationFailed", (await hub.Client.CallAsync("GET", Subscriptions)).ErrorCode);
    }

    [Fact]
    public async Task A_changed_token_is_refused_with_a_challenge()
    {
        using var owner = await hub.OwnerAsync();
        var token = owner.DefaultRequestHeaders.Authorization!.Parameter!;
        var claims = token.Split('.')[1];
        var forged = token.Replace(claims, Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(claims).Replace("\"app\"", "\"apq\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.NotEqual(token, forged);
        var answer = await CallAsync(forged);
        Assert.Equal((HttpStatusCode.Unauthorized, "InvalidAuthenticationToken"), (answer.Status, answer.ErrorCode));
        var challenge = answer.Message.Headers.WwwAuthenticate.ToString();
        Assert.Contains($"/{hub.TenantId()}\"", challenge, StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_without_a_signature_is_refused()
    {
        using var owner = await hub.OwnerAsync();
        var parts = owner.DefaultRequestHeaders.Authorization!.Parameter!.Split('.');
        var header = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[0]).Replace("RS256", "none", StringComparison.Ordinal));
        Assert.Equal("InvalidAuthenticationToken", (await CallAsync($"{header}.{parts[1]}.")).ErrorCode);
        Assert.Equal("InvalidAuthenticationToken", (await CallAsync("eyJ.eyJ.x")).ErrorCode);
    }

    [Fact]
    public async Task A_token_of_another_key_with_our_issuers_name_is_refused()
    {
        using var owner = await hub.OwnerAsync();
        var real = new JsonWebToken(owner.DefaultRequestHeaders.Authorization!.Parameter!);
        var forged = SigningKey.Read(1, SigningKey.MakeText(clock.Now));
        var descriptor = new SecurityTokenDescriptor
        {
            Claims = real.Claims.DistinctBy(c => c.Type).Where(c => c.Type is "oid" or "sub" or "tid" or "aud" or "iss").ToDictionary(c => c.Type, c => (object)c.Value),
            Expires = clock.Now.AddHours(1).UtcDateTime,
            TokenType = "at+jwt",
            SigningCredentials = forged.Credentials,
        };
        Assert.Equal("InvalidAuthenticationToken", (await CallAsync(new JsonWebTokenHandler().CreateToken(descriptor))).ErrorCode);
    }

    [Fact]
    public async Task A_token_that_is_over_is_refused_by_its_own_code()
    {
        using var owner = await hub.OwnerAsync();
        clock.Now += TimeSpan.FromMinutes(66);
        var answer = await owner.CallAsync("GET", Subscriptions);
        Assert.Equal((HttpStatusCode.Unauthorized, "ExpiredAuthenticationToken"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_token_for_another_resource_does_not_open_the_resource_api()
    {
        using var owner = await hub.OwnerAsync("https://vault.azure.net");
        var answer = await owner.CallAsync("GET", Subscriptions);
        Assert.Equal((HttpStatusCode.Unauthorized, "InvalidAuthenticationTokenAudience"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_secret_that_is_over_gets_no_token()
    {
        using var owner = await hub.OwnerAsync();
        const string Id = "/providers/Atrium.Identity/servicePrincipals/short";
        var made = await owner.CallAsync("PUT", $"{Id}?api-version=2026-11-01", new { properties = new { } });
        var secret = await owner.CallAsync("POST", $"{Id}/addPassword?api-version=2026-11-01", new { endDateTime = clock.Now.AddMinutes(10).UtcDateTime });
        var (appId, text) = ((string)made.Body["properties"]!["appId"]!, (string)secret.Body["secretText"]!);
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(appId, text)).Status);
        clock.Now += TimeSpan.FromMinutes(11);
        var answer = await TryAsync(appId, text);
        Assert.Equal((HttpStatusCode.Unauthorized, 7000222), (answer.Status, (int)answer.Body["error_codes"]![0]!));
    }

    [Fact]
    public async Task A_new_signing_key_takes_over_and_tokens_of_the_old_one_stay_good()
    {
        var keys = hub.Services.GetRequiredService<SigningKeys>();
        using var old = await hub.OwnerAsync();
        await keys.AddAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, (await PublishedAsync()).Count);
        clock.Now += SigningKeyRules.Ahead;
        using var fresh = await hub.OwnerAsync();
        Assert.NotEqual(KeyOf(old), KeyOf(fresh));
        Assert.Equal(HttpStatusCode.OK, (await old.CallAsync("GET", Subscriptions)).Status);
        Assert.Equal(HttpStatusCode.OK, (await fresh.CallAsync("GET", Subscriptions)).Status);
        clock.Now += SigningKeyRules.Behind;
        Assert.Equal(KeyOf(fresh), (string?)Assert.Single(await PublishedAsync())!["kid"]);

        async Task<JsonArray> PublishedAsync() => (await client.CallAsync("GET", $"/{hub.TenantId()}/discovery/v2.0/keys")).Body["keys"]!.AsArray();
        static string KeyOf(HttpClient signedIn) => new JsonWebToken(signedIn.DefaultRequestHeaders.Authorization!.Parameter!).Kid;
    }

    private Task<Answer> TryAsync(string appId, string secret) => client.TokenAsync(
        hub, ("grant_type", "client_credentials"), ("client_id", appId), ("client_secret", secret), ("scope", "https://management.azure.com/.default"));

    private Task<Answer> CallAsync(string token) => client.CallAsync("GET", Subscriptions, null, ("Authorization", $"Bearer {token}"));
}
