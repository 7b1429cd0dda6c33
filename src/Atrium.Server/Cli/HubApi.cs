using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting.FirstRun;
using Atrium.Server.Hosting.Instance;

namespace Atrium.Server.Cli;

/// <summary>The running hub's own API, called like any client calls it: over HTTPS, with a token of the first service principal.</summary>
internal sealed class HubApi : IDisposable
{
    private readonly HttpClient http;

    private HubApi(HttpClient http, Installation installation, string endpoint)
    {
        this.http = http;
        Installation = installation;
        Endpoint = endpoint;
    }

    public Installation Installation { get; }

    /// <summary>Plain HTTP on this machine, as it listens now.</summary>
    public string Endpoint { get; }

    public ResourceId ResourceGroup => ResourceId.Parse($"/subscriptions/{Installation.SubscriptionId}/resourceGroups/{Installation.ResourceGroup}");

    /// <summary>An id as tables show it: without the installation's own resource group.</summary>
    public string Short(string id) => $"{ResourceGroup}/providers/" is var own && id.StartsWith(own, StringComparison.OrdinalIgnoreCase) ? id[own.Length..] : id;

    /// <exception cref="CliException">No hub runs there, or it does not take the stored secret.</exception>
    public static async Task<HubApi> OpenAsync(string data, CancellationToken cancellationToken)
    {
        var running = RunningServer.Find(data) ?? throw new CliException($"No hub runs on '{data}'. 'atrium up' starts it.", ExitCodes.Stopped);
        var installation = Installation.Read(data) ?? throw new CliException($"The hub on '{data}' is still starting. Try again in a moment.");
        if (installation is not { ClientId: { } clientId, ClientSecret: { } clientSecret })
        {
            throw new CliException("The first service principal, which the commands sign in as, was taken away.");
        }

#pragma warning disable RS0030 // It calls the hub that runs on this machine, which proves itself by the installation's own authority.
        var http = new HttpClient(Trusting(installation.CaFile)) { BaseAddress = new(running.HttpsEndpoint) };
#pragma warning restore RS0030
        try
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync(http, installation.TenantId, clientId, clientSecret, cancellationToken));
            return new(http, installation, running.Endpoint);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <param name="method">GET, PUT, POST, PATCH or DELETE.</param>
    /// <param name="path">From the root, with its query.</param>
    /// <param name="body">Sent as JSON; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer's object; empty where there is none.</returns>
    /// <exception cref="CliException">The hub refuses; the message is its own.</exception>
    public async Task<JsonObject> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var answer = await SendAsync(http, request, cancellationToken);
        return await ReadAsync(answer, request, cancellationToken);
    }

    /// <returns>Null where there is nothing.</returns>
    public async Task<JsonObject?> FindAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await SendAsync(http, request, cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer, request, cancellationToken);
    }

    /// <summary>An answer that is read as it comes.</summary>
    /// <exception cref="CliException">The hub refuses; the message is its own.</exception>
    public async Task<Stream> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var answer = await SendAsync(http, request, cancellationToken, HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode)
        {
            await ReadAsync(answer, request, cancellationToken);
        }

        return await answer.Content.ReadAsStreamAsync(cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private static async Task<string> TokenAsync(HttpClient http, string tenant, string clientId, string clientSecret, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{tenant}/oauth2/v2.0/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = clientId,
                ["client_secret"] = clientSecret,
                ["scope"] = "https://management.azure.com/.default",
            }),
        };
        using var answer = await SendAsync(http, request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode && Parse(text)?["access_token"] is { } token
            ? token.GetValue<string>()
            : throw new CliException($"The hub does not take the first service principal's secret: {(string?)Parse(text)?["error_description"] ?? text}");
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode
            ? Parse(text) ?? []
            : throw new CliException(Message(text) ?? $"The hub answered {(int)answer.StatusCode} to {request.Method} {request.RequestUri}.");
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        try
        {
            return await http.SendAsync(request, until, cancellationToken);
        }
        catch (HttpRequestException failed)
        {
            throw new CliException($"The hub at {http.BaseAddress} cannot be reached: {failed.InnerException?.Message ?? failed.Message}");
        }
    }

    /// <summary>Trusts the installation's own authority and nobody else.</summary>
    private static SocketsHttpHandler Trusting(string authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authority);
#pragma warning disable RS0030 // As above.
        return new() { UseProxy = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
#pragma warning restore RS0030
    }

    private static string? Message(string text)
    {
        var error = Parse(text)?["error"] as JsonObject;
        var details = (error?["details"] as JsonArray ?? []).OfType<JsonObject>().Select(d => $"  {d["target"]}: {d["message"]}");
        return error?["message"] is { } message ? string.Join(Environment.NewLine, [message.GetValue<string>(), .. details]) : null;
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
