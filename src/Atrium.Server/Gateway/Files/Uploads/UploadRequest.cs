using System.Text.Json;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Files.Uploads;

/// <summary>A file that will come in parts. Pure.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Purpose">One of <see cref="FileUpload.Purposes"/>.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="ExpiresAfter">How long the file is kept; null for ever.</param>
internal sealed record UploadRequest(string Name, string Purpose, long Bytes, TimeSpan? ExpiresAfter)
{
    /// <summary>As published: 8 GB.</summary>
    private const long MostBytes = 8L * 1024 * 1024 * 1024;
    private const int LongestName = 255;

    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static UploadRequest Read(JsonElement body)
    {
        var problems = new List<Problem>();
        UnknownMembers.Refuse(body, ["filename", "purpose", "bytes", "mime_type", "expires_after"], problems);
        var name = Path.GetFileName(body.Text("filename", problems)?.Replace('\\', '/'));
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName)
        {
            problems.Add(new("filename", $"'filename' is required: at most {LongestName} characters.", ProblemCodes.Required));
        }

        if (body.Text("purpose", problems) is not { } purpose || !FileUpload.Purposes.Contains(purpose))
        {
            purpose = "";
            problems.Add(new("purpose", $"'purpose' must be one of {string.Join(", ", FileUpload.Purposes)}."));
        }

        if (string.IsNullOrWhiteSpace(body.Text("mime_type", problems)))
        {
            problems.Add(new("mime_type", "'mime_type' is required: the type of the file, such as text/jsonl.", ProblemCodes.Required));
        }

        var bytes = body.TryGetProperty("bytes", out var length) && length.ValueKind is JsonValueKind.Number && length.TryGetInt64(out var count) ? count : 0;
        if (bytes is < 1 or > MostBytes)
        {
            problems.Add(new("bytes", $"'bytes' must be the length of the file, from 1 to {MostBytes}."));
        }

        var expires = ReadExpiry(body, problems);
        return problems.Count == 0 ? new(name!, purpose, bytes, expires) : throw ApiException.Invalid(problems);
    }

    private static TimeSpan? ReadExpiry(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("expires_after", out var asked) || asked.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        var isObject = asked.ValueKind is JsonValueKind.Object;
        var anchor = isObject && asked.TryGetProperty("anchor", out var from) && from.ValueKind is JsonValueKind.String ? from.GetString() : null;
        int? seconds = isObject && asked.TryGetProperty("seconds", out var time) && time.ValueKind is JsonValueKind.Number && time.TryGetInt32(out var number) ? number : null;
        return FileExpiry.Read("expires_after", anchor, seconds, problems);
    }
}
