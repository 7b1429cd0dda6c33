using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Atrium.Server.Egress;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atrium.Server.Tests.Egress;

/// <summary>
/// What is outside, for tests: names of the test's own, of which some change their address from one question to the next, and one public address with a web
/// server behind it, that leads on to wherever it is asked to. Connections to any other address are noted and refused; none leaves the machine.
/// </summary>
internal sealed class FakeInternet : IOutside, IAsyncDisposable
{
    public static readonly IPAddress PublicAddress = IPAddress.Parse("93.184.215.14");

    private readonly ConcurrentDictionary<string, int> asked = new();
    private readonly ConcurrentQueue<string> dialled = [];
    private readonly ConcurrentQueue<string> requests = [];
    private readonly ConcurrentQueue<string> authorizations = [];
    private readonly WebApplication web;

    public FakeInternet()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        web = builder.Build();
        web.Urls.Add("http://127.0.0.1:0");
        web.Run(AnswerAsync);
    }

    /// <summary>The names and what each is, asked for the first, second, ... time; the last goes on.</summary>
    public ConcurrentDictionary<string, string[][]> Names { get; } = new(new Dictionary<string, string[][]>
    {
        ["good.example"] = [["93.184.215.14"]],
        ["redirect.example"] = [["93.184.215.14"]],
        ["inside.example"] = [["127.0.0.1"]],
        ["inside6.example"] = [["::1"]],
        ["mapped.example"] = [["::ffff:127.0.0.1"]],
        ["nat64.example"] = [["64:ff9b::a9fe:a9fe"]],
        ["mixed.example"] = [["93.184.215.14", "10.0.0.1"]],
        ["mixed6.example"] = [["93.184.215.14", "fd00::1"]],
        ["metadata.example"] = [["169.254.169.254"]],
        ["zero.example"] = [["0.0.0.0"]],
        ["nothing.example"] = [[]],
        ["rebind.example"] = [["93.184.215.14"], ["127.0.0.1"]],
        ["rebind-metadata.example"] = [["93.184.215.14"], ["169.254.169.254"]],
        ["flip.example"] = [["127.0.0.1"], ["93.184.215.14"], ["127.0.0.1"]],
        ["127.0.0.1.nip.example"] = [["127.0.0.1"]],
        ["localhost"] = [["127.0.0.1", "::1"]],
        ["foo.localhost"] = [["127.0.0.1"]],
        ["localhost.localdomain"] = [["127.0.0.1"]],
        ["ip6-localhost"] = [["::1"]],
        ["metadata"] = [["169.254.169.254"]],
        ["metadata.google.internal"] = [["169.254.169.254"]],
        ["instance-data"] = [["169.254.169.254"]],
        ["kubernetes.default.svc"] = [["10.96.0.1"]],
        ["host.docker.internal"] = [["172.17.0.1"]],
    });

    /// <summary>Every connection that was begun, address and port.</summary>
    public IReadOnlyList<string> Dialled => [.. dialled];

    /// <summary>Every name that was asked for.</summary>
    public IReadOnlyCollection<string> Asked => [.. asked.Keys];

    /// <summary>The credentials that came to the web server, in whichever header.</summary>
    public IReadOnlyList<string> Authorizations => [.. authorizations];

    /// <summary>What the web server answers a GET with.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>Every request that came to the web server, with its host.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    public IReadOnlySet<IPAddress> OwnAddresses { get; init; } = new HashSet<IPAddress> { IPAddress.Parse("93.184.216.99") };

    private int Port => new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public Task StartAsync() => web.StartAsync();

    public ValueTask DisposeAsync() => web.DisposeAsync();

    public void Forget()
    {
        dialled.Clear();
        requests.Clear();
        authorizations.Clear();
        asked.Clear();
    }

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return Task.FromResult<IReadOnlyList<IPAddress>>([literal]);
        }

        var time = asked.AddOrUpdate(host, 0, (_, before) => before + 1);
        if (!Names.TryGetValue(host, out var answers))
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        return Task.FromResult<IReadOnlyList<IPAddress>>([.. answers[Math.Min(time, answers.Length - 1)].Select(IPAddress.Parse)]);
    }

    public async Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        foreach (var address in addresses)
        {
            dialled.Enqueue(new IPEndPoint(address, port).ToString());
        }

        if (!addresses.Contains(PublicAddress))
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary><c>/to/STATUS?ADDRESS</c> leads on; <c>/issuer/N/...</c> is an issuer whose keys are at the Nth address of the table; <c>/token/...</c> gives a token; a POST is answered like a model server does.</summary>
    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        requests.Enqueue($"{request.Method} {request.Host}{request.Path}");

        foreach (var header in (string[])["Authorization", "api-key", "Ocp-Apim-Subscription-Key"])
        {
            if (request.Headers.TryGetValue(header, out var value))
            {
                authorizations.Enqueue(value.ToString());
            }
        }

        // Every call has to ask for the name and connect anew.
        context.Response.Headers.Connection = "close";
        if (request.Path.StartsWithSegments("/to", out var status))
        {
            context.Response.StatusCode = int.Parse(status.Value!.Trim('/'));
            context.Response.Headers.Location = Uri.UnescapeDataString(request.QueryString.Value![1..]);
            return Task.CompletedTask;
        }

        if (request.Path.StartsWithSegments("/issuer", out var rest))
        {
            var keys = KeysOf(int.Parse(rest.Value!.Split('/')[1]));
            return context.Response.WriteAsJsonAsync(new { issuer = "http://good.example" + request.Path.Value!.Split("/.well")[0], jwks_uri = keys });
        }

        if (request.Path.StartsWithSegments("/token"))
        {
            return context.Response.WriteAsJsonAsync(new { access_token = "a-token", expires_in = 3600 });
        }

        context.Response.StatusCode = Status;
        return request.Method == "POST"
            ? context.Response.WriteAsync("""{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"hi"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""")
            : context.Response.WriteAsync("""{"keys":[]}""");
    }

    /// <summary>Where the keys of the issuer of that number are.</summary>
    public Func<int, string> KeysOf { get; set; } = _ => "";
}
