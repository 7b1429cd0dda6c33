namespace Atrium.Server.Tests.Support;

/// <summary>One server for all tests of a class whose data do not meet: each in a subscription of its own.</summary>
public sealed class OneHub : IAsyncLifetime
{
    internal HubServer Server { get; private set; } = null!;

    /// <summary>Of the first principal, Owner of everything.</summary>
    internal HttpClient Owner { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        Owner = await Server.OwnerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Owner.Dispose();
        await Server.DisposeAsync();
    }
}
