using System.Net.Http.Headers;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>Sends calls to OpenAI-shaped servers: vLLM, Ollama, llama.cpp, OpenAI, Azure OpenAI.</summary>
internal sealed class UpstreamClient(EgressClient egress)
{
    public static readonly EgressDoor Door = new("model-server", "The model or Content Safety server behind a connection, for a deployment or an operation that is answered through it");

    private const string DefaultAzureVersion = "2024-10-21";

    /// <summary>The answer once its headers are there.</summary>
    /// <exception cref="ApiException">The hub's managed network, or the address itself, does not let it be called.</exception>
    public Task<HttpResponseMessage> SendAsync(Directory.Upstream upstream, string operation, string model, byte[] body, CancellationToken cancellationToken) =>
        SendAsync(upstream, operation, model, Json(body), cancellationToken);

    /// <summary>The same with a body that is not JSON.</summary>
    /// <exception cref="ApiException">As above.</exception>
    public Task<HttpResponseMessage> SendAsync(Directory.Upstream upstream, string operation, string model, HttpContent body, CancellationToken cancellationToken)
    {
        var credential = upstream.IsAzure ? ("api-key", upstream.Key) : ("Authorization", upstream.Key is null ? null : $"Bearer {upstream.Key}");
        return PostAsync(upstream, AddressOf(upstream, operation, model), credential, body, cancellationToken);
    }

    /// <summary>Posts JSON with a credential in a header, or without one where it is null.</summary>
    /// <exception cref="ApiException">The hub's managed network, or the address itself, does not let it be called.</exception>
    public Task<HttpResponseMessage> PostAsync(Directory.Upstream upstream, Uri address, (string Header, string? Value) credential, byte[] body, CancellationToken cancellationToken) =>
        PostAsync(upstream, address, credential, Json(body), cancellationToken);

    /// <summary>The same with a body that is not JSON.</summary>
    /// <exception cref="ApiException">As above.</exception>
    public async Task<HttpResponseMessage> PostAsync(Directory.Upstream upstream, Uri address, (string Header, string? Value) credential, HttpContent body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = body };
        if (credential.Value is { } value)
        {
            request.Headers.TryAddWithoutValidation(credential.Header, value);
        }

        try
        {
            return await egress.SendAsync(new(Door, upstream.Workspace) { Granted = upstream.Granted }, request, cancellationToken);
        }
        catch (EgressRefusedException refused)
        {
            throw refused.Refusal is EgressRefusal.NoRule
                ? ApiException.Upstream(StatusCodes.Status403Forbidden, "OutboundRuleMissing", $"The server behind the connection may not be called. {refused.Message}")
                : ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamUnreachable", $"The target of the connection cannot be called. {refused.Message}", mayPass: refused.Refusal is EgressRefusal.Unreachable);
        }
    }

    /// <summary>The target with the operation's path: a target that ends with a version (<c>/v1</c>) has it already.</summary>
    public static Uri AddressOf(Directory.Upstream upstream, string operation, string model)
    {
        var target = upstream.Target.AbsoluteUri.TrimEnd('/');
        if (upstream.IsAzure)
        {
            return new($"{target}/openai/deployments/{Uri.EscapeDataString(model)}/{operation}?api-version={Uri.EscapeDataString(upstream.ApiVersion ?? DefaultAzureVersion)}");
        }

        var last = target[(target.LastIndexOf('/') + 1)..];
        var isVersion = last.Length > 1 && last[0] == 'v' && char.IsAsciiDigit(last[1]);
        return new(isVersion ? $"{target}/{operation}" : $"{target}/v1/{operation}");
    }

    public static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
