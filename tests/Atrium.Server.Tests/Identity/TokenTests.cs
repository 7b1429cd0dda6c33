using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Identity;

/// <summary>The issuer and its tokens, over HTTPS, as a client meets them.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private HubServer hub = null!;

    public async ValueTask InitializeAsync() => hub = await HubServer.StartAsync();

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Theory]
    [InlineData("https://management.azure.com/.default", "https://management.azure.com")]
    [InlineData("https://management.core.windows.net//.default", "https://management.core.windows.net/")]
    [InlineData("https://vault.azure.net/.default", "https://vault.azure.net")]
    [InlineData("https://ai.azure.com/.default", "https://ai.azure.com")]
    public async Task A_secret_gets_a_token_for_the_resource_of_the_scope(string scope, string audience)
    {
        var first = await hub.FirstAsync();
        using var client = hub.HttpsClient();
        var answer = await client.TokenAsync(hub, ("grant_type", "client_credentials"), ("client_id", first.AppId), ("client_secret", first.ClientSecret), ("scope", scope));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal("Bearer", (string?)answer.Body["token_type"]);
        Assert.InRange((int)answer.Body["expires_in"]!, 3500, 3600);
        Assert.Null(answer.Body["refresh_token"]);

        var (header, claims) = Open((string)answer.Body["access_token"]!);
        Assert.Equal("RS256", (string?)header["alg"]);
        Assert.Equal(audience, (string?)claims["aud"]);
        Assert.Equal($"{hub.HttpsAddress()}{hub.TenantId()}/v2.0", (string?)claims["iss"]);
        Assert.Equal((first.ObjectId, first.ObjectId), ((string?)claims["oid"], (string?)claims["sub"]));
        Assert.Equal((first.AppId, first.AppId, "app"), ((string?)claims["appid"], (string?)claims["azp"], (string?)claims["idtyp"]));
        Assert.Equal(hub.TenantId(), (string?)claims["tid"]);
    }

    [Fact]
    public async Task A_secret_in_the_authorization_header_is_taken_too()
    {
        var first = await hub.FirstAsync();
        using var client = hub.HttpsClient();
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{first.AppId}:{first.ClientSecret}")));
        var answer = await client.TokenAsync(hub, ("grant_type", "client_credentials"), ("scope", "https://management.azure.com/.default"));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
    }

    [Theory]
    [InlineData("common")]
    [InlineData("organizations")]
    public async Task A_tenant_left_open_is_this_one(string tenant)
    {
        using var client = hub.HttpsClient();
        var metadata = await client.CallAsync("GET", $"/{tenant}/v2.0/.well-known/openid-configuration");
        Assert.Equal($"{hub.HttpsAddress()}{hub.TenantId()}/v2.0", (string?)metadata.Body["issuer"]);
        Assert.Equal($"{hub.HttpsAddress()}{hub.TenantId()}/oauth2/v2.0/token", (string?)metadata.Body["token_endpoint"]);
        Assert.Equal($"{hub.HttpsAddress()}{hub.TenantId()}/oauth2/v2.0/authorize", (string?)metadata.Body["authorization_endpoint"]);
        Assert.Equal(["client_secret_post", "client_secret_basic"], metadata.Body["token_endpoint_auth_methods_supported"]!.AsArray().Select(m => (string?)m));
        var keys = await client.CallAsync("GET", (string)metadata.Body["jwks_uri"]!);
        Assert.NotNull(Assert.Single(keys.Body["keys"]!.AsArray())!["n"]);
        Assert.DoesNotContain("\"d\"", keys.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_owners_token_opens_the_resource_api()
    {
        using var owner = await hub.OwnerAsync();
        var answer = await owner.CallAsync("GET", "/subscriptions?api-version=2022-12-01");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
    }

    [Fact]
    public async Task Without_a_role_nothing_is_allowed()
    {
        using var stranger = await hub.ClientForAsync();
        var subscription = $"/subscriptions/{Guid.NewGuid()}";
        var answer = await stranger.CallAsync("PUT", $"{subscription}?api-version=2022-12-01", new { displayName = "x" });
        Assert.Equal((HttpStatusCode.Forbidden, "AuthorizationFailed"), (answer.Status, answer.ErrorCode));
    }

    private static (JsonObject Header, JsonObject Claims) Open(string token)
    {
        var parts = token.Split('.');
        return (Read(parts[0]), Read(parts[1]));

        static JsonObject Read(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
    }
}
