using System.Globalization;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Files.Operations;

/// <summary>Between the headers of the file service and what the engine keeps.</summary>
internal static class FileHeaders
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";
    private const string Now = "now";
    private const string Preserve = "preserve";
    private const string Source = "source";
    private const string Inherit = "inherit";
    private static readonly string[] KnownAttributes = ["None", "ReadOnly", "Hidden", "System", "Archive", "Temporary", "Offline", "NotContentIndexed", "NoScrubData", "Directory"];

    /// <summary>What of times, attributes and permission is given anew.</summary>
    public static async ValueTask<FileChange> ReadChangeAsync(FileCall call, FileShares shares, CancellationToken cancellationToken) => new()
    {
        Attributes = ReadAttributes(call),
        CreationTime = ReadTime(call, "x-ms-file-creation-time"),
        LastWriteTime = ReadTime(call, "x-ms-file-last-write-time"),
        PermissionKey = await ReadPermissionAsync(call, shares, cancellationToken),
    };

    /// <summary>The headers that go out with the content, as Create File and Set File Properties send them.</summary>
    public static BlobHeaders ReadHeaders(FileCall call) => new()
    {
        ContentType = call.Header("x-ms-content-type") ?? "application/octet-stream",
        ContentEncoding = call.Header("x-ms-content-encoding"),
        ContentLanguage = call.Header("x-ms-content-language"),
        ContentDisposition = call.Header("x-ms-content-disposition"),
        CacheControl = call.Header("x-ms-cache-control"),
        ContentMd5 = HeaderRules.ReadMd5(call, "x-ms-content-md5"),
    };

    public static void Stamp(FileCall call, FileView file)
    {
        call.Set("ETag", ConditionRules.Tag(file.ETag));
        call.Set("Last-Modified", HeaderRules.Time(file.Modified));
    }

    /// <summary>Answers a write of metadata or properties.</summary>
    public static void Answer(FileCall call, FileView file, int status, bool showsSmb)
    {
        Stamp(call, file);
        if (showsSmb)
        {
            WriteSmb(call, file);
        }

        call.Set("x-ms-request-server-encrypted", "false");
        call.Answer(status);
    }

    /// <summary>What Windows knows of a file, as every answer about one shows it.</summary>
    public static void WriteSmb(FileCall call, FileView file)
    {
        call.Set("x-ms-file-attributes", Attributes(file));
        call.Set("x-ms-file-creation-time", Time(file.Created));
        call.Set("x-ms-file-last-write-time", Time(file.LastWritten));
        call.Set("x-ms-file-change-time", Time(Math.Max(file.Entry.Changed, file.Kept.Changed)));
        call.Set("x-ms-file-permission-key", file.Kept.PermissionKey ?? UsualPermission);
        call.Set("x-ms-file-id", Number(file.Entry.Inode));
        call.Set("x-ms-file-parent-id", file.Path.IsRoot ? null : Number(file.ParentInode));
    }

    public static void WriteContentHeaders(FileCall call, FileView file, bool isRange)
    {
        var headers = file.Kept.Headers ?? new() { ContentType = "application/octet-stream" };
        call.Set("Content-Type", headers.ContentType);
        call.Set("Content-Encoding", headers.ContentEncoding);
        call.Set("Content-Language", headers.ContentLanguage);
        call.Set("Content-Disposition", headers.ContentDisposition);
        call.Set("Cache-Control", headers.CacheControl);
        call.Set(isRange ? "x-ms-content-md5" : "Content-MD5", headers.ContentMd5 is { } md5 ? Convert.ToBase64String(md5) : null);
    }

    public static string Attributes(FileView file) => file.Kept.Attributes is { Length: > 0 } kept
        ? file.Entry.IsDirectory && !kept.Contains("Directory", StringComparison.Ordinal) ? kept == "None" ? "Directory" : $"{kept} | Directory" : kept
        : file.Entry.IsDirectory ? "Directory" : "Archive";

    public static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name of the permission that nobody set.</summary>
    public const string UsualPermission = "0*0";

    private static string? ReadAttributes(FileCall call)
    {
        if (call.Header("x-ms-file-attributes") is not { } text || text.Equals(Preserve, StringComparison.OrdinalIgnoreCase) || text.Equals(Source, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var words = text.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(word => KnownAttributes.FirstOrDefault(known => known.Equals(word, StringComparison.OrdinalIgnoreCase)) ?? throw StorageCall.BadHeader("x-ms-file-attributes", $"some of {string.Join(", ", KnownAttributes)} with | between them."))
            .ToList();
        return string.Join(" | ", words);
    }

    private static long? ReadTime(FileCall call, string header) => call.Header(header) switch
    {
        null => null,
        var word when word.Equals(Preserve, StringComparison.OrdinalIgnoreCase) || word.Equals(Source, StringComparison.OrdinalIgnoreCase) => null,
        var word when word.Equals(Now, StringComparison.OrdinalIgnoreCase) => header.EndsWith("last-write-time", StringComparison.Ordinal) ? 0 : call.Now.UtcTicks,
        var text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcTicks : throw StorageCall.BadHeader(header, "now, preserve, or a time as ISO 8601 writes it."),
    };

    private static async ValueTask<string?> ReadPermissionAsync(FileCall call, FileShares shares, CancellationToken cancellationToken)
    {
        if (call.Header("x-ms-file-permission-key") is { } key)
        {
            return key == UsualPermission || await shares.FindPermissionAsync(call.Account.Data, call.Share!, key, cancellationToken) is not null
                ? key
                : throw ApiException.BadRequest("InvalidHeaderValue", "x-ms-file-permission-key names no permission that is kept in this share.", "x-ms-file-permission-key");
        }

        return call.Header("x-ms-file-permission") is not { } permission || permission.Equals(Inherit, StringComparison.OrdinalIgnoreCase) || permission.Equals(Preserve, StringComparison.OrdinalIgnoreCase) || permission.Equals(Source, StringComparison.OrdinalIgnoreCase)
            ? null
            : await shares.KeepPermissionAsync(call.Account.Data, call.Share!, permission, cancellationToken);
    }
}
