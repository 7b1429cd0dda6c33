using System.ClientModel;
using System.ClientModel.Primitives;
using Atrium.NewestClients.Tests;
using OpenAI;

[assembly: AssemblyFixture(typeof(Hub))]

namespace Atrium.NewestClients.Tests;

/// <summary>One hub for all tests of this assembly, started as a user starts it, and the published client with its key.</summary>
public sealed class Hub : IAsyncLifetime
{
    private HubProcess process = null!;

    public OpenAIClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        process = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        Client = With(process["apiKey"]);
    }

    public OpenAIClient With(string key) => new(new ApiKeyCredential(key), new() { Endpoint = new($"{process["endpoint"]}/openai/v1"), RetryPolicy = new ClientRetryPolicy(0) });

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
