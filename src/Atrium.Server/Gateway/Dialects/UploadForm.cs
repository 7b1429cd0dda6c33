using System.Text;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>A form (<c>multipart/form-data</c>) with one file, which goes to the disk as it comes, and short values.</summary>
/// <param name="FileName">As the caller names it, without folders; null where the form has no file.</param>
/// <param name="Values">By their names; a name may come several times.</param>
internal sealed record UploadForm(string? FileName, ILookup<string, string> Values)
{
    private const int LongestName = 255;
    private const int MostValues = 100;

    /// <summary>The last value of that name; null where there is none.</summary>
    public string? this[string name] => Values[name].LastOrDefault();

    /// <summary>Reads a form. What was written of its file is complete and flushed, or removed.</summary>
    /// <param name="request">Whose body it is.</param>
    /// <param name="wanted">What the form must have, for the one who sent none.</param>
    /// <param name="fileFields">The names that the file may have; another file is read as a value.</param>
    /// <param name="path">Where the file goes.</param>
    /// <param name="mostBytes">Of the file.</param>
    /// <param name="longestValue">In bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">400 or 413.</exception>
    public static async Task<UploadForm> ReadAsync(
        HttpRequest request, string wanted, string[] fileFields, string path, long mostBytes, int longestValue, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        try
        {
            return await ReadPartsAsync(request, wanted, fileFields, path, mostBytes, longestValue, cancellationToken);
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

    private static async Task<UploadForm> ReadPartsAsync(
        HttpRequest request, string wanted, string[] fileFields, string path, long mostBytes, int longestValue, CancellationToken cancellationToken)
    {
        var boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value
            : null;
        if (string.IsNullOrEmpty(boundary))
        {
            throw ApiException.BadRequest("invalid_content_type", $"Send a form (multipart/form-data) with {wanted}.");
        }

        var reader = new MultipartReader(boundary, request.Body);
        var values = new List<(string Name, string Value)>();
        string? name = null;
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var part))
            {
                continue;
            }

            var field = HeaderUtilities.RemoveQuotes(part.Name).Value ?? "";
            if (fileFields.Contains(field) && name is null)
            {
                name = NameOf(part);
                await SaveAsync(section.Body, path, mostBytes, cancellationToken);
            }
            else if (values.Count < MostValues)
            {
                values.Add((field, await TextAsync(section.Body, field, longestValue, cancellationToken)));
            }
            else
            {
                throw ApiException.BadRequest("invalid_request_body", $"The form has more than {MostValues} values.");
            }
        }

        return new(name, values.ToLookup(value => value.Name, value => value.Value, StringComparer.Ordinal));
    }

    private static string? NameOf(ContentDispositionHeaderValue part)
    {
        var given = HeaderUtilities.RemoveQuotes(part.FileNameStar.HasValue ? part.FileNameStar : part.FileName).Value;
        var name = Path.GetFileName(given?.Replace('\\', '/'));
        return string.IsNullOrWhiteSpace(name) ? null : name[..Math.Min(name.Length, LongestName)];
    }

    private static async Task SaveAsync(Stream from, string path, long mostBytes, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = PrivateFile.OwnerOnly });
        var chunk = new byte[128 * 1024];
        for (int read; (read = await from.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (file.Length + read > mostBytes)
            {
                throw ApiException.TooLarge(mostBytes);
            }

            await file.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        }

        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    private static async Task<string> TextAsync(Stream from, string field, int longest, CancellationToken cancellationToken) =>
        await BoundedBody.ReadAsync(from, null, longest, cancellationToken) is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : throw ApiException.Invalid(field, $"'{field}' has more than {longest} bytes.");
}
