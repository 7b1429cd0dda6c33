using System.Net.Http.Headers;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atrium.Server.Tests.Gateway.Vision;

/// <summary>A hub that may fetch from 127.0.0.1, where a web server of the test's own has images, and from no other private address.</summary>
public sealed class VisionScene : IAsyncLifetime
{
    private readonly WebApplication web = Web();
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";

    internal HubServer Hub { get; private set; } = null!;

    internal string HubId { get; private set; } = "";

    internal string Key { get; private set; } = "";

    internal string WebAddress => web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static byte[] Image(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Images", name));

    public async ValueTask InitializeAsync()
    {
        await web.StartAsync();
        Hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false", "--Network:AllowedPrivateRanges:0", "127.0.0.1/32"]);
        (HubId, _, Key) = await NewHub.MakeAsync(Hub.Client, group);
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await web.DisposeAsync();
    }

    internal async Task<Answer> AnalyzeAsync(string query, byte[] image, string contentType = "application/octet-stream")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/computervision/imageanalysis:analyze?api-version=2024-02-01&{query}")
        {
            Content = new ByteArrayContent(image) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } },
            Headers = { { "Ocp-Apim-Subscription-Key", Key } },
        };
        return await Answer.ReadAsync(await Hub.Client.SendAsync(request, TestContext.Current.CancellationToken));
    }

    internal Task<Answer> AnalyzeUrlAsync(string query, string url) =>
        Hub.Client.CallAsync("POST", $"/computervision/imageanalysis:analyze?api-version=2024-02-01&{query}", new { url }, ("Ocp-Apim-Subscription-Key", Key));

    private static WebApplication Web()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/sign.png", () => Results.Bytes(Image("sign.png"), "image/png"));
        app.MapGet("/missing", () => Results.NotFound());
        app.MapGet("/inside", () => Results.Redirect("http://127.0.0.2/sign.png"));
        app.MapGet("/again", () => Results.Redirect("/sign.png"));
        app.MapGet("/circle", () => Results.Redirect("/circle"));
        app.MapGet("/file", () => Results.Redirect("file:///etc/passwd"));
        app.MapGet("/endless", async (HttpContext context) =>
        {
            for (var chunk = new byte[1 << 20]; !context.RequestAborted.IsCancellationRequested;)
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }
        });
        return app;
    }
}
