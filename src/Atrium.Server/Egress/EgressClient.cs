using System.Collections.Frozen;
using System.Net.Sockets;

namespace Atrium.Server.Egress;

/// <summary>
/// The one way out of the server. Every call names its door and the workspace on whose account it is; the address must be a plain web address, the managed
/// network of that workspace must allow it, and the host must have no address that is not public unless it was granted. A redirect is checked like the first
/// address and never leads to another scheme. No proxy, no cookies, no credentials but those that the caller put into the request.
/// </summary>
internal sealed partial class EgressClient(IEnumerable<EgressDoor> doors, IOutboundNetworks networks, ConnectionPools pools, ILogger<EgressClient> logger)
{
    /// <summary>What of a request goes along to another origin: nothing that could hold a credential.</summary>
    private static readonly FrozenSet<string> Harmless = new[] { "Accept", "Accept-Language", "Range", "User-Agent" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly FrozenSet<EgressDoor> declared = doors.ToFrozenSet();

    /// <summary>The answer once its headers are there.</summary>
    /// <exception cref="EgressRefusedException">It was not sent.</exception>
    /// <exception cref="HttpRequestException">It was sent, or was to be, and no answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(EgressPass pass, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!declared.Contains(pass.Door))
        {
            throw new InvalidOperationException($"The door '{pass.Door.Name}' is not declared. Add it with AddEgressDoor.");
        }

        try
        {
            return await FollowAsync(pass, request, cancellationToken);
        }
        catch (EgressRefusedException refused)
        {
            LogRefused(pass.Door.Name, pass.Workspace ?? "-", refused.Refusal, request.RequestUri is { IsAbsoluteUri: true } address ? address.Host : "-");
            throw;
        }
    }

    /// <summary>For libraries that bring their own client.</summary>
    public HttpMessageHandler HandlerFor(EgressPass pass) => new Handler(this, pass);

    private async Task<HttpResponseMessage> FollowAsync(EgressPass pass, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = EgressTarget.Read(request.RequestUri, pass.Granted);
        for (var redirects = 0; ; redirects++)
        {
            var answer = await SendOnceAsync(pass, target, request, cancellationToken);
            if (pass.Door.MaxRedirects == 0 || !IsRedirect(answer, request.Method) || answer.Headers.Location is not { } location)
            {
                return answer;
            }

            answer.Dispose();
            if (redirects == pass.Door.MaxRedirects)
            {
                throw new EgressRefusedException(EgressRefusal.NotAnAddress, $"It leads on more than {pass.Door.MaxRedirects} times.");
            }

            var next = EgressTarget.Read(new(target.Address, location), pass.Granted);
            if (next.Address.Scheme != target.Address.Scheme)
            {
                throw new EgressRefusedException(EgressRefusal.NotAnAddress, $"It leads on to another scheme ({next.Address.Scheme}).");
            }

            request = Next(request, target, next);
            target = next;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(EgressPass pass, EgressTarget target, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var network = pass.Workspace is null ? null : await networks.FindAsync(pass.Workspace, cancellationToken);
        if (network?.Decide(target.Host, target.Port, address: null) is { Answer: OutboundAnswer.Denied } verdict)
        {
            throw new EgressRefusedException(EgressRefusal.NoRule, verdict.Reason);
        }

        try
        {
            return await pools.Of(network, pass.Granted).SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure) when (failure.InnerException is EgressRefusedException refused)
        {
            throw new EgressRefusedException(refused.Refusal, refused.Message);
        }
        catch (HttpRequestException failure) when (failure.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain })
        {
            throw new EgressRefusedException(EgressRefusal.Unreachable, EgressRefusedException.UnreachableMessage);
        }
    }

    private static bool IsRedirect(HttpResponseMessage answer, HttpMethod method) =>
        (int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 && (method == HttpMethod.Get || method == HttpMethod.Head);

    private static HttpRequestMessage Next(HttpRequestMessage request, EgressTarget from, EgressTarget to)
    {
        var isSameOrigin = from.Host == to.Host && from.Port == to.Port;
        var next = new HttpRequestMessage(request.Method, to.Address);
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            if (isSameOrigin || Harmless.Contains(name))
            {
                next.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return next;
    }

    [LoggerMessage(LogLevel.Warning, "Not called: door {Door}, workspace {Workspace}, {Refusal}, host '{Host}'.")]
    private partial void LogRefused(string door, string workspace, EgressRefusal refusal, string host);

    private sealed class Handler(EgressClient egress, EgressPass pass) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => egress.SendAsync(pass, request, cancellationToken);
    }
}
