using System.Text.Json;
using System.Text.Json.Serialization;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Encryption;

/// <summary>A hub's key as it is kept: wrapped by a customer's key, or by the installation's where no vault is named.</summary>
internal sealed record HubKeyRow(byte[] Wrapped, string? Vault, string? Identifier)
{
    [JsonIgnore]
    public CustomerKey? CustomerKey => Vault is null ? null : new(Vault, Identifier!);
}

/// <summary>A workspace's data key as it is kept: wrapped by its hub's key.</summary>
internal sealed record DataKeyRow(byte[] Wrapped, Guid Hub);

[JsonSerializable(typeof(HubKeyRow))]
[JsonSerializable(typeof(DataKeyRow))]
internal sealed partial class KeyJson : JsonSerializerContext;

/// <summary>The rows of keys. The installation itself, for what belongs to no hub, is the hub with the empty GUID.</summary>
internal sealed class KeyRows(IAtriumStore store)
{
    public const string HubType = "atrium.internal/hubkeys";
    public const string DataType = "atrium.internal/datakeys";

    public static string HubPlace(Guid hub) => $"/providers/{HubType}/{hub}";

    public static string DataPlace(Guid workspace) => $"/providers/{DataType}/{workspace}";

    public async ValueTask<(HubKeyRow Value, StoredResource Row)?> FindHubAsync(Guid hub, CancellationToken cancellationToken) =>
        await store.FindAsync(HubPlace(hub), cancellationToken) is { } row ? (JsonSerializer.Deserialize(row.Body, KeyJson.Default.HubKeyRow)!, row) : null;

    public async ValueTask<DataKeyRow?> FindDataAsync(Guid workspace, CancellationToken cancellationToken) =>
        await store.FindAsync(DataPlace(workspace), cancellationToken) is { } row ? JsonSerializer.Deserialize(row.Body, KeyJson.Default.DataKeyRow)! : null;

    /// <summary>False: another one made it at the same time.</summary>
    public async ValueTask<bool> AddAsync(ResourceWrite write, CancellationToken cancellationToken) => (await store.CommitAsync(new() { Resources = [write] }, cancellationToken)).Committed;

    /// <summary>A new hub key, or the one that is there wrapped anew.</summary>
    public static ResourceWrite Write(Guid hub, HubKeyRow value, StoredResource? before) => Write(HubPlace(hub), HubType, JsonSerializer.Serialize(value, KeyJson.Default.HubKeyRow), before);

    public static ResourceWrite Write(Guid workspace, DataKeyRow value) => Write(DataPlace(workspace), DataType, JsonSerializer.Serialize(value, KeyJson.Default.DataKeyRow), before: null);

    private static ResourceWrite Write(string place, string type, string body, StoredResource? before)
    {
        var row = new StoredResource { Key = place, Id = place, Type = type, Body = body };
        return before is null ? new() { Key = place, Type = type, Resource = row, Expect = Expect.Nothing } : ResourceWriter.Replace(before, before with { Body = body });
    }
}
