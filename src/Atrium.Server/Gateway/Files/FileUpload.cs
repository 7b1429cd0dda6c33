using System.Globalization;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Atrium.Server.Gateway.Files;

/// <summary>What a caller uploads: a form (<c>multipart/form-data</c>) with <c>purpose</c>, <c>file</c> and perhaps <c>expires_after</c>. The file goes to the disk as it comes.</summary>
/// <param name="Path">Where the content lies, complete and flushed.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Purpose">One of <see cref="Purposes"/>.</param>
/// <param name="ExpiresAfter">How long it is kept; null for ever.</param>
internal sealed record FileUpload(string Path, string Name, string Purpose, TimeSpan? ExpiresAfter)
{
    private const long MostBytes = 512L * 1024 * 1024;
    private const int LongestValue = 1024;
    private const int LongestName = 255;
    private const int LeastExpiry = 3600;
    private const int MostExpiry = 2_592_000;

    public static readonly string[] Purposes = ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"];

    /// <exception cref="ApiException">400 or 413; what was written is removed.</exception>
    public static async Task<FileUpload> ReadAsync(HttpRequest request, string path, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        try
        {
            return await ReadFormAsync(request, path, cancellationToken);
        }
        catch (Exception failure)
        {
            File.Delete(path);
            if (failure is InvalidDataException or IOException and not BadHttpRequestException)
            {
                throw ApiException.BadRequest("invalid_request_body", "The form is broken, or ends too early.");
            }

            throw;
        }
    }

    private static async Task<FileUpload> ReadFormAsync(HttpRequest request, string path, CancellationToken cancellationToken)
    {
        var boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value
            : null;
        if (string.IsNullOrEmpty(boundary))
        {
            throw ApiException.BadRequest("invalid_content_type", "Send a form (multipart/form-data) with 'purpose' and 'file'.");
        }

        var reader = new MultipartReader(boundary, request.Body);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        string? name = null;
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var part))
            {
                continue;
            }

            var field = HeaderUtilities.RemoveQuotes(part.Name).Value ?? "";
            if (field == "file" && name is null)
            {
                name = NameOf(part);
                await SaveAsync(section.Body, path, cancellationToken);
            }
            else
            {
                values[field] = await TextAsync(section.Body, field, cancellationToken);
            }
        }

        return Checked(path, name, values);
    }

    private static FileUpload Checked(string path, string? name, Dictionary<string, string> values)
    {
        var problems = new List<Problem>();
        if (name is null)
        {
            problems.Add(new("file", "'file' is required: a part of the form with a file name.", ProblemCodes.Required));
        }

        if (!values.TryGetValue("purpose", out var purpose) || !Purposes.Contains(purpose))
        {
            problems.Add(new("purpose", $"'purpose' must be one of {string.Join(", ", Purposes)}."));
        }

        TimeSpan? expires = null;
        if (values.TryGetValue("expires_after[seconds]", out var text))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= LeastExpiry and <= MostExpiry && values.GetValueOrDefault("expires_after[anchor]") is null or "created_at")
            {
                expires = TimeSpan.FromSeconds(seconds);
            }
            else
            {
                problems.Add(new("expires_after", $"'expires_after' must have anchor created_at and {LeastExpiry} to {MostExpiry} seconds."));
            }
        }

        return problems.Count == 0 ? new(path, name!, purpose!, expires) : throw ApiException.Invalid(problems);
    }

    private static string? NameOf(ContentDispositionHeaderValue part)
    {
        var given = HeaderUtilities.RemoveQuotes(part.FileNameStar.HasValue ? part.FileNameStar : part.FileName).Value;
        var name = System.IO.Path.GetFileName(given?.Replace('\\', '/'));
        return string.IsNullOrWhiteSpace(name) ? null : name[..Math.Min(name.Length, LongestName)];
    }

    private static async Task SaveAsync(Stream from, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = PrivateFile.OwnerOnly });
        var chunk = new byte[128 * 1024];
        for (int read; (read = await from.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (file.Length + read > MostBytes)
            {
                throw ApiException.TooLarge(MostBytes);
            }

            await file.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        }

        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    private static async Task<string> TextAsync(Stream from, string field, CancellationToken cancellationToken) =>
        await BoundedBody.ReadAsync(from, null, LongestValue, cancellationToken) is { } bytes
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : throw ApiException.Invalid(field, $"'{field}' has more than {LongestValue} bytes.");
}
