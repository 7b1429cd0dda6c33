using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Hosting;

/// <summary>Clients as they come, told of the authority in their own way.</summary>
public sealed class HttpsTests : IAsyncLifetime
{
    private readonly TempFolder files = new();
    private HubServer hub = null!;

    private string Https => hub.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(a => a.StartsWith("https://", StringComparison.Ordinal));

    private string Authority => Path.Combine(hub.Data, "tls", "ca.pem");

    public async ValueTask InitializeAsync()
    {
        // A certificate of the operator's own, for one host name.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=company.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("company.example");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var given = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var certificate = files.Write("given.pem", given.ExportCertificatePem());
        var keyFile = files.Write("given.key", key.ExportPkcs8PrivateKeyPem());
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Tls:CertificateFile", certificate, "--Tls:KeyFile", keyFile]);
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        files.Dispose();
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_dotnet_client_that_trusts_the_authority_speaks_either_version(string version)
    {
        using var client = new HttpClient(HubClients.TrustingHandler(Authority)) { DefaultRequestVersion = new(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await client.GetAsync($"{Https}/healthz", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(new(version), answer.Version);
    }

    [Fact]
    public async Task A_client_that_does_not_trust_the_authority_refuses()
    {
        using var client = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"{Https}/healthz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Curl_trusts_by_cacert() =>
        Assert.Equal("live", await RunAsync("curl", ["-sS", "--cacert", Authority, $"{Https}/healthz"], []));

    [Fact]
    public async Task Node_trusts_by_NODE_EXTRA_CA_CERTS() => Assert.Equal(
        "live",
        await RunAsync("node", ["-e", $"fetch('{Https}/healthz').then(r => r.text()).then(t => console.log(t))"], new() { ["NODE_EXTRA_CA_CERTS"] = Authority }));

    [Theory]
    [InlineData("company.example", "CN=company.example")]
    [InlineData("localhost", "CN=localhost, O=Atrium")]
    [InlineData("127.0.0.1", "CN=localhost, O=Atrium")]
    [InlineData("elsewhere.example", "CN=localhost, O=Atrium")]
    public async Task The_operators_certificate_is_shown_under_its_host_name_and_the_installations_own_elsewhere(string name, string subject)
    {
        var address = new Uri(Https);
        using var socket = new TcpClient(address.Host, address.Port);
        var seen = "";
        await using var stream = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
        {
            seen = certificate!.Subject;
            return seen == subject;
        });
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name }, TestContext.Current.CancellationToken);
        Assert.Equal(subject, seen);
    }

    /// <returns>The status word of the answer.</returns>
    private static async Task<string?> RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.True(output.Length > 0, error);
        return (string?)System.Text.Json.Nodes.JsonNode.Parse(output)!["status"];
    }
}
