using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Files;

/// <summary>
/// Files of accounts and projects: a row in the store, and the content in the data folder. Content is complete and on the disk before its row is written, and goes
/// after the row has gone; what a crash leaves without a row is swept.
/// </summary>
internal sealed class FileStore
{
    public const string Prefix = "file-";
    public static readonly string[] Types = [$"{AccountType.TypeName}/files", $"{Workspaces.Type}/files"];
    private readonly IAtriumStore store;
    private readonly TimeProvider clock;

    public FileStore(IAtriumStore store, IOptions<AtriumOptions> options, TimeProvider clock)
    {
        (this.store, this.clock) = (store, clock);
        Folder = Path.Combine(options.Value.Data, "files");
        Incoming = Path.Combine(Folder, "incoming");
        PrivateFile.CreateFolder(Folder);
        PrivateFile.CreateFolder(Incoming);
    }

    /// <summary>Where contents lie, by the file's id.</summary>
    public string Folder { get; }

    /// <summary>Where contents lie until they are complete.</summary>
    public string Incoming { get; }

    /// <summary>A new place to write content to.</summary>
    public string NewIncoming() => Path.Combine(Incoming, Guid.NewGuid().ToString("N"));

    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>Makes a file of content that is complete and flushed.</summary>
    public async Task<JsonObject> AddAsync(KeyOwner owner, string incoming, string name, string purpose, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var file = new JsonObject
        {
            ["id"] = FileIds.New(Prefix, now),
            ["object"] = "file",
            ["bytes"] = new FileInfo(incoming).Length,
            ["created_at"] = now.ToUnixTimeSeconds(),
            ["filename"] = name,
            ["purpose"] = purpose,
            ["status"] = "processed",
        };
        if (expires is { } end)
        {
            file["expires_at"] = end.ToUnixTimeSeconds();
        }

        File.Move(incoming, PathOf((string)file["id"]!));
        var id = IdOf(owner, (string)file["id"]!);
        var row = new StoredResource { Key = id.Key, Id = id.Text, Type = TypeOf(owner), Body = file.ToJsonString(), PurgeAt = null };
        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = row.Type, Resource = row, Expect = Expect.Nothing }] }, cancellationToken);
        return file;
    }

    /// <summary>Null where there is none, or its time is over.</summary>
    public async ValueTask<JsonObject?> FindAsync(KeyOwner owner, string file, CancellationToken cancellationToken)
    {
        if (!FileIds.IsId(Prefix, file) || await store.FindAsync(IdOf(owner, file).Key, cancellationToken) is not { } row)
        {
            return null;
        }

        var found = JsonNode.Parse(row.Body)!.AsObject();
        return found["expires_at"] is { } end && end.GetValue<long>() <= clock.GetUtcNow().ToUnixTimeSeconds() ? null : found;
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(KeyOwner owner, string? after, int take, CancellationToken cancellationToken)
    {
        var query = new ResourceQuery { Type = TypeOf(owner), KeyPrefix = owner.Id.Key + "/files/", After = after is null ? null : IdOf(owner, after).Key, Take = take };
        return [.. (await store.ListAsync(query, cancellationToken)).Select(row => JsonNode.Parse(row.Body)!.AsObject())];
    }

    public async Task RemoveAsync(KeyOwner owner, string file, CancellationToken cancellationToken)
    {
        await store.CommitAsync(new() { Resources = [new() { Key = IdOf(owner, file).Key, Type = TypeOf(owner), Expect = Expect.Anything }] }, cancellationToken);
        File.Delete(PathOf(file));
    }

    private static ResourceId IdOf(KeyOwner owner, string file) => owner.Id.Child("files", file);

    private static string TypeOf(KeyOwner owner) => Types[owner.IsProject ? 1 : 0].ToLowerInvariant();
}
