using System.Net.Http.Headers;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>Sends calls to OpenAI-shaped servers: vLLM, Ollama, llama.cpp, OpenAI, Azure OpenAI.</summary>
internal sealed class UpstreamClient : IDisposable
{
    private const string DefaultAzureVersion = "2024-10-21";
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleConnections = TimeSpan.FromMinutes(2);

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        ConnectTimeout = ConnectTimeout,
        PooledConnectionIdleTimeout = IdleConnections,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
    });

    /// <summary>The answer once its headers are there.</summary>
    public Task<HttpResponseMessage> SendAsync(Directory.Upstream upstream, string operation, string model, byte[] body, CancellationToken cancellationToken)
    {
        var credential = upstream.IsAzure ? ("api-key", upstream.Key) : ("Authorization", upstream.Key is null ? null : $"Bearer {upstream.Key}");
        return PostAsync(AddressOf(upstream, operation, model), credential, body, cancellationToken);
    }

    /// <summary>Posts JSON with a credential in a header, or without one where it is null.</summary>
    public Task<HttpResponseMessage> PostAsync(Uri address, (string Header, string? Value) credential, byte[] body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (credential.Value is { } value)
        {
            request.Headers.TryAddWithoutValidation(credential.Header, value);
        }

        return http.SendAsync(request, cancellationToken);
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

    public void Dispose() => http.Dispose();
}
