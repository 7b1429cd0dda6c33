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

    /// <summary>RFC 2046.</summary>
    private const int LongestBoundary = 70;

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
        string? name = null;
        try
        {
            var values = await ReadPartsAsync(
                request,
                wanted,
                async part =>
                {
                    if (name is not null || !fileFields.Contains(part.Field))
                    {
                        return false;
                    }

                    name = part.FileName;
                    await SaveAsync(part.Body, path, mostBytes, cancellationToken);
                    return true;
                },
                longestValue,
                cancellationToken);
            return new(name, values);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Reads a form part by part.</summary>
    /// <param name="request">Whose body it is.</param>
    /// <param name="wanted">What the form must have, for the one who sent none.</param>
    /// <param name="take">Takes a file; false for a part that is a value.</param>
    /// <param name="longestValue">In bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its values, by their names; a name may come several times.</returns>
    /// <exception cref="ApiException">400 or 413.</exception>
    public static async Task<ILookup<string, string>> ReadPartsAsync(HttpRequest request, string wanted, Func<FormPart, Task<bool>> take, int longestValue, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        var boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value
            : null;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > LongestBoundary)
        {
            throw ApiException.BadRequest("invalid_content_type", $"Send a form (multipart/form-data) with {wanted}.");
        }

        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            var values = new List<(string Name, string Value)>();
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                {
                    continue;
                }

                var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (await take(new(field, NameOf(disposition), section.ContentType, section.Body)))
                {
                    continue;
                }

                if (values.Count == MostValues)
                {
                    throw ApiException.BadRequest("invalid_request_body", $"The form has more than {MostValues} values.");
                }

                values.Add((field, await TextAsync(section.Body, field, longestValue, cancellationToken)));
            }

            return values.ToLookup(value => value.Name, value => value.Value, StringComparer.Ordinal);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw ApiException.BadRequest("invalid_request_body", "The form is broken, or ends too early.");
        }
    }

    /// <summary>Writes a part to the disk, complete and flushed.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="ApiException">413.</exception>
    public static async Task<long> SaveAsync(Stream from, string path, long mostBytes, CancellationToken cancellationToken)
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
        return file.Length;
    }

    private static string? NameOf(ContentDispositionHeaderValue part)
    {
        var given = HeaderUtilities.RemoveQuotes(part.FileNameStar.HasValue ? part.FileNameStar : part.FileName).Value;
        var name = Path.GetFileName(given?.Replace('\\', '/'));
        return string.IsNullOrWhiteSpace(name) ? null : name[..Math.Min(name.Length, LongestName)];
    }

    private static async Task<string> TextAsync(Stream from, string field, int longest, CancellationToken cancellationToken) =>
        await BoundedBody.ReadAsync(from, null, longest, cancellationToken) is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : throw ApiException.Invalid(field, $"'{field}' has more than {longest} bytes.");
}

/// <summary>A part of a form.</summary>
/// <param name="Field">The form's name for it.</param>
/// <param name="FileName">As the caller names it, without folders; null where it has none.</param>
/// <param name="ContentType">As the caller says; null where he does not.</param>
/// <param name="Body">What it holds.</param>
internal sealed record FormPart(string Field, string? FileName, string? ContentType, Stream Body);
