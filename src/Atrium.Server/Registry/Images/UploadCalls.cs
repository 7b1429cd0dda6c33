using System.Globalization;
using System.Text.RegularExpressions;
using Atrium.Server.Hosting;
using Atrium.Server.Registry.Tokens;

namespace Atrium.Server.Registry.Images;

/// <summary>Blobs on their way in (OCI distribution spec 1.1, Push): whole, in chunks, or taken over from another repository.</summary>
internal sealed partial class UploadCalls(ImageAccess access, RepositoryResolver repositories, ImageStore images, ContentFiles files, UploadWriter writer)
{
    public async Task BeginAsync(HttpContext context, string name, CancellationToken cancellationToken)
    {
        var (place, caller) = await access.DemandAsync(context, name, ImageRight.Push, cancellationToken);
        var query = context.Request.Query;
        if (query["mount"].FirstOrDefault() is { } mount && await MountAsync(context, caller, place, name, mount, query["from"].FirstOrDefault(), cancellationToken))
        {
            return;
        }

        var upload = Guid.NewGuid();
        var path = files.UploadPath(place, upload);
        await File.Create(path).DisposeAsync();
        if (query["digest"].FirstOrDefault() is { } digest)
        {
            await CloseAsync(context, place, name, path, ReadDigest(digest), cancellationToken);
            return;
        }

        Accept(context, name, upload, length: 0);
    }

    public async Task AppendAsync(HttpContext context, string name, string upload, CancellationToken cancellationToken)
    {
        var (place, _) = await access.DemandAsync(context, name, ImageRight.Push, cancellationToken);
        var (id, path) = Find(place, upload);
        DemandOrder(context, path, id, name);
        Accept(context, name, id, await writer.AppendAsync(path, context.Request, cancellationToken));
    }

    public async Task EndAsync(HttpContext context, string name, string upload, CancellationToken cancellationToken)
    {
        var (place, _) = await access.DemandAsync(context, name, ImageRight.Push, cancellationToken);
        var (id, path) = Find(place, upload);
        var digest = ReadDigest(context.Request.Query["digest"].FirstOrDefault());
        DemandOrder(context, path, id, name);
        await CloseAsync(context, place, name, path, digest, cancellationToken);
    }

    public async Task StatusAsync(HttpContext context, string name, string upload, CancellationToken cancellationToken)
    {
        var (place, _) = await access.DemandAsync(context, name, ImageRight.Push, cancellationToken);
        var (id, path) = Find(place, upload);
        Accept(context, name, id, new FileInfo(path).Length, StatusCodes.Status204NoContent);
    }

    public async Task CancelAsync(HttpContext context, string name, string upload, CancellationToken cancellationToken)
    {
        var (place, _) = await access.DemandAsync(context, name, ImageRight.Push, cancellationToken);
        var (_, path) = Find(place, upload);
        writer.Forget(path);
        File.Delete(path);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <exception cref="ApiException">400: it is no digest.</exception>
    public static Digest ReadDigest(string? text) => Digest.TryParse(text, out var digest)
        ? digest
        : throw ApiException.BadRequest("DIGEST_INVALID", $"'{text}' is no digest: sha256: or sha512: and lower-case hexadecimal.", "digest");

    private async Task<bool> MountAsync(HttpContext context, RegistryCaller caller, RepositoryPlace place, string name, string mount, string? from, CancellationToken cancellationToken)
    {
        var digest = ReadDigest(mount);
        if (from is null
            || await repositories.FindAsync(ImageAccess.RegistryOf(context), from, cancellationToken) is not { } source
            || source.Registry != place.Registry || source.Scope != place.Scope
            || !caller.IsGranted(source.Id.Key, ImageRight.Pull) || !await access.IsAllowedAsync(caller, source, ImageRight.Pull, cancellationToken)
            || !await images.MountAsync(source, place, digest, cancellationToken))
        {
            // As the spec wants it: what cannot be mounted is uploaded.
            return false;
        }

        Created(context, name, digest);
        return true;
    }

    private async Task CloseAsync(HttpContext context, RepositoryPlace place, string name, string path, Digest digest, CancellationToken cancellationToken)
    {
        var length = await writer.AppendAsync(path, context.Request, cancellationToken);
        if (!await writer.SealAsync(path, digest, cancellationToken))
        {
            File.Delete(path);
            throw ApiException.BadRequest("DIGEST_INVALID", $"What was uploaded ({length} bytes) does not have the digest {digest}. The upload is gone.", "digest");
        }

        await images.AddBlobAsync(place, digest, path, length, cancellationToken);
        Created(context, name, digest);
    }

    private (Guid Id, string Path) Find(RepositoryPlace place, string upload) =>
        Guid.TryParseExact(upload, "D", out var id) && files.UploadPath(place, id) is var path && File.Exists(path)
            ? (id, path)
            : throw ApiException.NotFound("BLOB_UPLOAD_UNKNOWN", "There is no such upload in this repository.");

    /// <exception cref="ApiException">416: the chunk is not the next one.</exception>
    private static void DemandOrder(HttpContext context, string path, Guid upload, string name)
    {
        if (context.Request.Headers.ContentRange.FirstOrDefault() is not { } range)
        {
            return;
        }

        var length = new FileInfo(path).Length;
        if (ChunkRange().Match(range) is not { Success: true } match)
        {
            throw ApiException.BadRequest("BLOB_UPLOAD_INVALID", $"'{range}' is no range of a chunk: its first and last byte, such as {length}-{length + 1023}.", "Content-Range");
        }

        var (first, last) = (long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), long.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        if (first != length || (context.Request.ContentLength is { } bytes && last - first + 1 != bytes))
        {
            Describe(context, name, upload, length);
            throw ApiException.RangeNotSatisfiable("BLOB_UPLOAD_INVALID", $"The upload has {length} bytes, so the next chunk begins with byte {length}; '{range}' does not fit.");
        }
    }

    private static void Accept(HttpContext context, string name, Guid upload, long length, int status = StatusCodes.Status202Accepted)
    {
        Describe(context, name, upload, length);
        context.Response.StatusCode = status;
    }

    private static void Describe(HttpContext context, string name, Guid upload, long length)
    {
        var headers = context.Response.Headers;
        headers.Location = $"{ImageAccess.PrefixOf(context)}/v2/{name}/blobs/uploads/{upload:D}";
        headers["Docker-Upload-UUID"] = upload.ToString("D");
        headers.Range = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, length - 1)}");
    }

    private static void Created(HttpContext context, string name, Digest digest)
    {
        context.Response.Headers.Location = $"{ImageAccess.PrefixOf(context)}/v2/{name}/blobs/{digest}";
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    [GeneratedRegex(@"^(?:bytes[ =])?([0-9]{1,18})-([0-9]{1,18})(?:/[0-9*]+)?\z")]
    private static partial Regex ChunkRange();
}
