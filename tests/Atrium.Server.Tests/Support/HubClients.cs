using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Atrium.Server.Identity;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Support;

/// <summary>Clients of a test server with identities of their own, over HTTPS, as the installation's authority proves it.</summary>
internal static class HubClients
{
    public const string Management = "https://management.azure.com";
    public const string Storage = "https://storage.azure.com";
    public const string CognitiveServices = "https://cognitiveservices.azure.com";

    public static Uri HttpsAddress(this HubServer hub) =>
        new(hub.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(a => a.StartsWith("https://", StringComparison.Ordinal)));

    public static string TenantId(this HubServer hub) => hub.Services.GetRequiredService<Tenant>().Id;

    /// <summary>Nobody's client: it trusts the server and says nothing of itself.</summary>
    public static HttpClient HttpsClient(this HubServer hub) => new(TrustingHandler(Path.Combine(hub.Data, "tls", "ca.pem"))) { BaseAddress = hub.HttpsAddress() };

    /// <summary>Trusts this authority and no other.</summary>
    public static SocketsHttpHandler TrustingHandler(string caFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        return new() { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }

    /// <summary>The first principal: Owner of everything.</summary>
    public static Task<FirstPrincipal> FirstAsync(this HubServer hub) => hub.Services.GetRequiredService<FirstPrincipals>().EnsureAsync("first", TestContext.Current.CancellationToken);

    /// <summary>A client with a token of the first principal, Owner of everything.</summary>
    public static async Task<HttpClient> OwnerAsync(this HubServer hub, string resource = Management)
    {
        var first = await hub.FirstAsync();
        return await hub.SignedInAsync(first.AppId, first.ClientSecret, resource);
    }

    /// <summary>A client with a token of a new service principal that has these roles (a role's GUID and a scope's id each) and no others.</summary>
    public static async Task<HttpClient> ClientForAsync(this HubServer hub, string resource = Management, params (string Role, string Scope)[] roles)
    {
        var made = await hub.NewAppAsync();
        using var owner = await hub.OwnerAsync();
        foreach (var (role, scope) in roles)
        {
            await owner.AssignAsync(scope, role, made.ObjectId);
        }

        return await hub.SignedInAsync(made.AppId, made.ClientSecret, resource);
    }

    /// <summary>A new service principal with a secret and without any role.</summary>
    public static async Task<FirstPrincipal> NewAppAsync(this HubServer hub)
    {
        using var owner = await hub.OwnerAsync();
        var id = $"/providers/Atrium.Identity/servicePrincipals/app-{Guid.NewGuid():N}";
        var made = await owner.CallAsync("PUT", $"{id}?api-version=2026-11-01", new { properties = new { displayName = "App" } });
        var secret = await owner.CallAsync("POST", $"{id}/addPassword?api-version=2026-11-01", new { });
        Assert.Equal(HttpStatusCode.OK, secret.Status);
        return new((string)made.Body["properties"]!["appId"]!, (string)secret.Body["secretText"]!, (string)made.Body["properties"]!["objectId"]!);
    }

    public static async Task<Answer> AssignAsync(this HttpClient owner, string scope, string role, string principal)
    {
        var answer = await owner.CallAsync(
            "PUT",
            $"{scope.TrimEnd('/')}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
            new { properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{role}", principalId = principal } });
        Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
        return answer;
    }

    /// <summary>A client that brings a service principal's token for a resource.</summary>
    public static async Task<HttpClient> SignedInAsync(this HubServer hub, string appId, string secret, string resource = Management)
    {
        var client = hub.HttpsClient();
        var token = await client.TokenAsync(hub, ("grant_type", "client_credentials"), ("client_id", appId), ("client_secret", secret), ("scope", $"{resource}/.default"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)token.Body["access_token"] ?? throw new InvalidOperationException(token.ToString()));
        return client;
    }

    public static Task<Answer> TokenAsync(this HttpClient client, HubServer hub, params (string Name, string Value)[] form) => client.TokenAsync(hub.TenantId(), form);

    public static async Task<Answer> TokenAsync(this HttpClient client, string tenant, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.ToDictionary(f => f.Name, f => f.Value));
        using var response = await client.PostAsync(new Uri($"/{tenant}/oauth2/v2.0/token", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }
}
