using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Storage.Sealing;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Files;

/// <summary>
/// Files of accounts and projects: a row in the store, and the content in the data folder. Content is complete and on the disk before its row is written, and goes
/// after the row has gone; what a crash leaves without a row is swept. Where the artifacts of a workspace are encrypted the contents of its files are, and a hub's
/// account counts as the hub; while a file comes it lies as it comes.
/// </summary>
internal sealed class FileStore
{
    public const string Prefix = "file-";
    public static readonly string[] Types = [$"{AccountType.TypeName}/files", $"{Workspaces.Type}/files"];
    private const string Sealed = ".sealed";
    private readonly IAtriumStore store;
    private readonly IContentKeys keys;
    private readonly TimeProvider clock;

    public FileStore(IAtriumStore store, IContentKeys keys, IOptions<AtriumOptions> options, TimeProvider clock)
    {
        (this.store, this.keys, this.clock) = (store, keys, clock);
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

    /// <summary>Whose content a file in the folder is: the id of a file.</summary>
    public static string IdAt(string path) => Path.GetFileName(path) is var name && name.EndsWith(Sealed, StringComparison.Ordinal) ? name[..^Sealed.Length] : name;

    /// <summary>The content of a file.</summary>
    public async ValueTask<Stream> OpenAsync(string file, CancellationToken cancellationToken) => File.Exists(PathOf(file) + Sealed)
        ? await SealedFileStream.OpenAsync(OpenFile(PathOf(file) + Sealed), keys, file, cancellationToken)
        : OpenFile(PathOf(file));

    /// <summary>Makes a file of content that is complete and flushed, and takes it away from where it came to.</summary>
    public async Task<JsonObject> AddAsync(KeyOwner owner, string incoming, string name, string purpose, TimeSpan? expiresAfter, CancellationToken cancellationToken)
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
        if (expiresAfter is { } time)
        {
            file["expires_at"] = (now + time).ToUnixTimeSeconds();
        }

        try
        {
            await KeepAsync(owner, incoming, (string)file["id"]!, cancellationToken);
        }
        finally
        {
            File.Delete(incoming);
        }

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
        return IsOver(found) ? null : found;
    }

    /// <summary>Newest first, without those whose time is over.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(KeyOwner owner, string? after, int take, CancellationToken cancellationToken)
    {
        var query = new ResourceQuery { Type = TypeOf(owner), KeyPrefix = owner.Id.Key + "/files/", After = after is null ? null : IdOf(owner, after).Key, Take = take };
        return [.. (await store.ListAsync(query, cancellationToken)).Select(row => JsonNode.Parse(row.Body)!.AsObject()).Where(file => !IsOver(file))];
    }

    public async Task RemoveAsync(KeyOwner owner, string file, CancellationToken cancellationToken)
    {
        await store.CommitAsync(new() { Resources = [new() { Key = IdOf(owner, file).Key, Type = TypeOf(owner), Expect = Expect.Anything }] }, cancellationToken);
        File.Delete(PathOf(file));
        File.Delete(PathOf(file) + Sealed);
    }

    private async Task KeepAsync(KeyOwner owner, string incoming, string file, CancellationToken cancellationToken)
    {
        using var key = await keys.ForAsync(Guid.Empty, await ScopeOfAsync(owner, cancellationToken), cancellationToken);
        if (key is null)
        {
            File.Move(incoming, PathOf(file));
            return;
        }

        await using var content = OpenFile(incoming);
        await using var sealing = Seals.Seal(content, content.Length, key, file);
        await using var target = new FileStream(PathOf(file) + Sealed, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFile.OwnerOnly, BufferSize = 0 });
        await sealing.CopyToAsync(target, cancellationToken);
        target.Flush(flushToDisk: true);
    }

    /// <summary>The GUID of the workspace whose the content is: a project's own, of an account that of its hub. Empty where there is none.</summary>
    private async ValueTask<string> ScopeOfAsync(KeyOwner owner, CancellationToken cancellationToken) =>
        (owner.IsProject ? owner.Id.Key : owner.Hub) is { } workspace && await store.FindAsync(workspace, cancellationToken) is { } row
            ? new Resource(row).Properties.Text("workspaceId") ?? ""
            : "";

    private bool IsOver(JsonObject file) => file["expires_at"] is { } end && end.GetValue<long>() <= clock.GetUtcNow().ToUnixTimeSeconds();

    private string PathOf(string file) => Path.Combine(Folder, file);

    private static FileStream OpenFile(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });

    private static ResourceId IdOf(KeyOwner owner, string file) => owner.Id.Child("files", file);

    private static string TypeOf(KeyOwner owner) => Types[owner.IsProject ? 1 : 0].ToLowerInvariant();
}
