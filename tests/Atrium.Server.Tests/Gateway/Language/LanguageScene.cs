using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Language;

/// <summary>A hub whose account analyzes texts by the embedded engines.</summary>
public sealed class LanguageScene : IAsyncLifetime
{
    internal HubServer Hub { get; private set; } = null!;

    private string Key { get; set; } = "";

    public async ValueTask InitializeAsync()
    {
        Hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false"]);
        Key = (await NewHub.MakeAsync(Hub.Client, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g")).Key;
    }

    public ValueTask DisposeAsync() => Hub.DisposeAsync();

    internal Task<Answer> CallAsync(string method, string path, object? body = null) => Hub.Client.CallAsync(method, path, body, ("Ocp-Apim-Subscription-Key", Key));
}
