using Atrium.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Support;

/// <summary>The real server on a free loopback port with a data folder of its own.</summary>
public sealed class HubServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private HubServer(WebApplication app, string data)
    {
        this.app = app;
        Data = data;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http://", StringComparison.Ordinal));
        // Generous: the machine that runs the tests may have much else to do.
        Client = new() { BaseAddress = new(address), Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Client { get; }

    public string Data { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<HubServer> StartAsync(string? data = null, Action<WebApplicationBuilder>? configure = null, string[]? settings = null)
    {
        data ??= Directory.CreateTempSubdirectory("atrium-test-").FullName;
        var app = Program.Build(["--Data", data, "--Listen:Port", "0", "--Logging:LogLevel:Default", "Warning", .. settings ?? []], configure);
        await app.Services.PrepareStoreAsync(CancellationToken.None);
        await app.StartAsync();
        return new(app, data);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }
}
