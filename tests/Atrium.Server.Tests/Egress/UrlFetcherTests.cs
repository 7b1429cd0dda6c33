using Atrium.Server.Egress;
using Atrium.Server.Gateway.Video;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atrium.Server.Tests.Egress;

/// <summary>What fails on the way of a fetch to the disk: the other side, or the disk.</summary>
public sealed class UrlFetcherTests : IAsyncLifetime
{
    private const int Length = 1024 * 1024;
    private readonly WebApplication web = Web();
    private HubServer hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Address => web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public async ValueTask InitializeAsync()
    {
        await web.StartAsync(Cancel);
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false", "--Network:AllowedPrivateRanges:0", "127.0.0.1/32"]);
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        await web.DisposeAsync();
    }

    [Fact]
    public async Task A_full_disk_is_not_called_an_unreachable_host()
    {
        await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await Assert.ThrowsAnyAsync<IOException>(() => FetchAsync("whole", full));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_one_that_did_not_come()
    {
        using var target = new MemoryStream();
        var refused = await Assert.ThrowsAsync<FetchRefusedException>(() => FetchAsync("broken", target));
        Assert.Equal(EgressRefusedException.UnreachableMessage, refused.Message);
    }

    [Fact]
    public async Task What_comes_whole_is_written_whole()
    {
        using var target = new MemoryStream();
        Assert.Equal(Length, await FetchAsync("whole", target));
        Assert.Equal(new byte[Length], target.ToArray());
    }

    private Task<long> FetchAsync(string what, Stream target) =>
        hub.Services.GetRequiredService<UrlFetcher>().FetchToAsync(VideoInput.Door, $"{Address}/{what}", workspace: null, target, 2 * Length, TimeSpan.FromMinutes(5), Cancel);

    private static WebApplication Web()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/whole", () => Results.Bytes(new byte[Length]));
        app.MapGet("/broken", async context =>
        {
            context.Response.ContentLength = Length;
            await context.Response.Body.WriteAsync(new byte[Length / 2], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });
        return app;
    }
}
