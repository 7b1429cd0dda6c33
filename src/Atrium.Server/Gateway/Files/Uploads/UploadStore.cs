using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Files.Uploads;

/// <summary>An upload in parts, as it is kept.</summary>
/// <param name="Row">Its row.</param>
/// <param name="View">As callers see it.</param>
internal sealed record KeptUpload(StoredResource Row, JsonObject View)
{
    public string Id => (string)View["id"]!;

    public long Bytes => (long)View["bytes"]!;

    /// <summary>Pending, completed, cancelled or expired.</summary>
    public string Status => (string)View["status"]!;
}

/// <summary>
/// Files that come in parts (OpenAI, <c>/uploads</c>). A part lies complete and flushed among the files that are coming, named by its upload, before its id is told;
/// what nobody puts together is removed there as any other file that did not come whole.
/// </summary>
internal sealed class UploadStore(IAtriumStore store, FileStore files, TimeProvider clock)
{
    public static readonly string[] Types = [$"{AccountType.TypeName}/uploads", $"{Workspaces.Type}/uploads"];
    private const string Pending = "pending", Completed = "completed", Cancelled = "cancelled", Expired = "expired";
    private const string Prefix = "upload_", PartPrefix = "part_", ExpiresAfter = "expiresAfter";

    /// <summary>As published, from when it is begun.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>That it was, is known for some time longer.</summary>
    private static readonly TimeSpan Known = TimeSpan.FromDays(1);

    public async Task<JsonObject> AddAsync(KeyOwner owner, UploadRequest asked, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var view = new JsonObject
        {
            ["id"] = FileIds.New(Prefix, now),
            ["object"] = "upload",
            ["bytes"] = asked.Bytes,
            ["created_at"] = now.ToUnixTimeSeconds(),
            ["filename"] = asked.Name,
            ["purpose"] = asked.Purpose,
            ["status"] = Pending,
            ["expires_at"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["file"] = null,
        };
        var id = owner.Id.Child("uploads", (string)view["id"]!);
        var row = new StoredResource { Key = id.Key, Id = id.Text, Type = TypeOf(owner), Body = BodyOf(view, (long?)asked.ExpiresAfter?.TotalSeconds), PurgeAt = now + Known };
        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = row.Type, Resource = row, Expect = Expect.Nothing }] }, cancellationToken);
        return view;
    }

    /// <exception cref="ApiException">404: there is none; 400: it is not pending any more.</exception>
    public async Task<KeptUpload> FindPendingAsync(KeyOwner owner, string upload, CancellationToken cancellationToken)
    {
        if (!FileIds.IsId(Prefix, upload) || await store.FindAsync(owner.Id.Child("uploads", upload).Key, cancellationToken) is not { } row)
        {
            throw ApiException.NotFound("upload_not_found", $"No such Upload object: {upload}");
        }

        var view = JsonNode.Parse(row.Body)!["upload"]!.AsObject();
        if ((string?)view["status"] == Pending && (long)view["expires_at"]! <= clock.GetUtcNow().ToUnixTimeSeconds())
        {
            view["status"] = Expired;
        }

        var found = new KeptUpload(row, view);
        return found.Status == Pending ? found : throw ApiException.BadRequest("invalid_upload_status", $"The upload '{upload}' is {found.Status}; it must be pending.");
    }

    /// <summary>A new part's id, and where its bytes go.</summary>
    public (string Id, string Path) NewPart(KeptUpload upload)
    {
        var id = FileIds.New(PartPrefix, clock.GetUtcNow());
        return (id, PathOf(upload, id));
    }

    /// <summary>Where the bytes of a part lie; null where the upload has no such part.</summary>
    public string? PartOf(KeptUpload upload, string part) => FileIds.IsId(PartPrefix, part) && File.Exists(PathOf(upload, part)) ? PathOf(upload, part) : null;

    /// <summary>Makes the file of bytes that lie together. Of several who complete an upload at once one does; what a crash interrupts is pending as before.</summary>
    /// <returns>The upload, as callers see it.</returns>
    /// <exception cref="ApiException">409: another one ended it.</exception>
    public async Task<JsonObject> CompleteAsync(KeyOwner owner, KeptUpload upload, string whole, CancellationToken cancellationToken)
    {
        var (name, purpose) = ((string)upload.View["filename"]!, (string)upload.View["purpose"]!);
        var file = await files.AddAsync(owner, whole, name, purpose, ExpiresAfterOf(upload) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, cancellationToken);
        try
        {
            return await EndAsync(upload, Completed, file, cancellationToken);
        }
        catch (ApiException)
        {
            await files.RemoveAsync(owner, (string)file["id"]!, CancellationToken.None);
            throw;
        }
    }

    /// <summary>The same without a file.</summary>
    public Task<JsonObject> CancelAsync(KeptUpload upload, CancellationToken cancellationToken) => EndAsync(upload, Cancelled, file: null, cancellationToken);

    private async Task<JsonObject> EndAsync(KeptUpload upload, string status, JsonObject? file, CancellationToken cancellationToken)
    {
        var view = upload.View.DeepClone().AsObject();
        (view["status"], view["file"]) = (status, file?.DeepClone());
        var changed = upload.Row with { Body = BodyOf(view, ExpiresAfterOf(upload)) };
        if (!(await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(upload.Row, changed)] }, cancellationToken)).Committed)
        {
            throw EndedElsewhere(upload);
        }

        foreach (var path in System.IO.Directory.EnumerateFiles(files.Incoming, upload.Id + "-*"))
        {
            File.Delete(path);
        }

        return view;
    }

    /// <summary>Another call completed or cancelled it in the meantime; its parts may have gone.</summary>
    public static ApiException EndedElsewhere(KeptUpload upload) => ApiException.Conflict("upload_busy", $"The upload '{upload.Id}' was ended by another call.");

    private string PathOf(KeptUpload upload, string part) => Path.Combine(files.Incoming, $"{upload.Id}-{part}");

    private static long? ExpiresAfterOf(KeptUpload upload) => (long?)JsonNode.Parse(upload.Row.Body)![ExpiresAfter];

    private static string BodyOf(JsonObject view, long? expiresAfter) => new JsonObject { ["upload"] = view.DeepClone(), [ExpiresAfter] = expiresAfter }.ToJsonString();

    private static string TypeOf(KeyOwner owner) => Types[owner.IsProject ? 1 : 0].ToLowerInvariant();
}
