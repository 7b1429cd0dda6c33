using System.Collections.Concurrent;
using System.Security.Cryptography;
using Atrium.Persistence;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Encryption;

/// <summary>The data keys of workspaces: one each, made when it is first needed, wrapped by the key of its hub.</summary>
internal sealed partial class KeyRing(
    KeyOwners owners, KeyRows rows, KeyVaulting vaulting, IAtriumStore store, IOptions<EncryptionOptions> options, TimeProvider clock, ILogger<KeyRing> logger) : IDisposable
{
    private readonly ConcurrentDictionary<Guid, HubKey> hubs = [];
    private readonly ConcurrentDictionary<Guid, Guid> hubOf = [];

    /// <summary>What belongs to no workspace.</summary>
    public static Guid Installation => Guid.Empty;

    /// <summary>Hubs whose customer's key has to be watched.</summary>
    public IEnumerable<HubKey> Watched => hubs.Values.Where(hub => hub.IsWatched);

    /// <summary>Whether what a workspace writes is to lie encrypted on the disk.</summary>
    public async ValueTask<bool> SealsAsync(Guid workspace, CancellationToken cancellationToken) =>
        options.Value.Artifacts || (await owners.ReadAsync(cancellationToken)).HubOf(workspace)?.CustomerKey is not null;

    /// <summary>The key for what a workspace writes from now on.</summary>
    /// <exception cref="Hosting.ApiException">403: the hub's customer-managed key cannot be used.</exception>
    public async ValueTask<DataKey.Lease> ForAsync(Guid workspace, CancellationToken cancellationToken)
    {
        if (!hubOf.TryGetValue(workspace, out var hub))
        {
            hub = (await rows.FindDataAsync(workspace, cancellationToken))?.Hub ?? (await owners.ReadAsync(cancellationToken)).HubOf(workspace)?.WorkspaceId ?? Installation;
        }

        var key = await OfHub(hub).OpenAsync(workspace, make: true, cancellationToken);
        hubOf[workspace] = hub;
        return key;
    }

    /// <summary>A key that something was written under.</summary>
    /// <exception cref="Hosting.ApiException">403: the hub's customer-managed key cannot be used.</exception>
    /// <exception cref="CryptographicException">There is no such key.</exception>
    public async ValueTask<DataKey.Lease> OpenAsync(Guid workspace, CancellationToken cancellationToken)
    {
        if (!hubOf.TryGetValue(workspace, out var hub))
        {
            hub = (await rows.FindDataAsync(workspace, cancellationToken))?.Hub ?? throw new CryptographicException($"There is no data key '{workspace}'.");
        }

        var key = await OfHub(hub).OpenAsync(workspace, make: false, cancellationToken);
        hubOf[workspace] = hub;
        return key;
    }

    public HubKey OfHub(Guid hub) => hubs.GetOrAdd(hub, id => new(id, vaulting, rows, clock, (changed, why) => _ = TellAsync(changed, why)));

    public void Dispose()
    {
        foreach (var hub in hubs.Values)
        {
            hub.Dispose();
        }
    }

    /// <summary>Leaves it in the log of the server and in the activity log of the hub that its key went or came back.</summary>
    private async Task TellAsync(Guid hub, string? why)
    {
        try
        {
            if (why is null)
            {
                LogBack(hub);
            }
            else
            {
                LogGone(hub, why);
            }

            if ((await owners.ReadAsync(CancellationToken.None)).FindHub(hub) is { } found)
            {
                var row = new ActivityRow
                {
                    Time = clock.GetUtcNow(),
                    Operation = $"{Hubs.Workspaces.Type}/encryption/{(why is null ? "resumed" : "stopped")}",
                    ResourceId = found.Id.Text,
                    Caller = "atrium",
                    CorrelationId = Guid.NewGuid().ToString(),
                    Status = why is null ? "Succeeded" : "Failed",
                    HttpStatus = why is null ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden,
                };
                await store.CommitAsync(new() { Activity = [row] }, CancellationToken.None);
            }
        }
        catch (Exception failure)
        {
            LogUntold(failure, hub);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The customer-managed key of hub {Hub} cannot be used. Data under it cannot be read until it is back. {Why}")]
    private partial void LogGone(Guid hub, string why);

    [LoggerMessage(LogLevel.Information, "The customer-managed key of hub {Hub} can be used again.")]
    private partial void LogBack(Guid hub);

    [LoggerMessage(LogLevel.Warning, "The change at the key of hub {Hub} could not be written to the activity log.")]
    private partial void LogUntold(Exception failure, Guid hub);
}
