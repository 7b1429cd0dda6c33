using System.Text;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Atrium.Server.Storage.Blobs.Batches;

/// <summary>A request within a batch, as its part of the body has it.</summary>
/// <param name="Id">By which its answer is told.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Target">Path and query, as written.</param>
/// <param name="Headers">All of them.</param>
internal sealed record BatchPart(string? Id, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers)
{
    private const int MostParts = 256;
    private const int MostPartBytes = 64 * 1024;
    private const long MostBytes = 4 * 1024 * 1024;

    /// <exception cref="ApiException">400: it is no batch.</exception>
    public static async Task<IReadOnlyList<BatchPart>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MostBytes)
        {
            throw Invalid($"It has more than {MostBytes} bytes.");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            throw Invalid("Content-Type must be multipart/mixed with a boundary.");
        }

        var parts = new List<BatchPart>();
        try
        {
            var reader = new MultipartReader(boundary, request.Body) { BodyLengthLimit = MostPartBytes };
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                var bytes = await BoundedBody.ReadAsync(section.Body, null, MostPartBytes, cancellationToken) ?? throw Invalid($"A part has more than {MostPartBytes} bytes.");
                parts.Add(Parse((string?)section.Headers?["Content-ID"], Encoding.UTF8.GetString(bytes)));
                if (parts.Count > MostParts)
                {
                    throw Invalid($"It has more than {MostParts} parts.");
                }
            }
        }
        catch (Exception wrong) when (wrong is InvalidDataException or IOException)
        {
            throw Invalid(wrong.Message);
        }

        return parts.Count > 0 ? parts : throw Invalid("It has no part.");
    }

    private static BatchPart Parse(string? id, string text)
    {
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        if (lines[0].Split(' ') is not [var method, ['/', ..] target, ['H', 'T', 'T', 'P', '/', ..]])
        {
            throw Invalid("A part does not begin with a request line.");
        }

        var headers = lines.Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Split(':', 2)).ToList();
        return headers.TrueForAll(h => h.Length == 2)
            ? new(id, method, target, [.. headers.Select(h => (h[0].Trim(), h[1].Trim()))])
            : throw Invalid("A part has a header without a colon.");
    }

    private static ApiException Invalid(string why) => ApiException.BadRequest("InvalidInput", $"The batch cannot be read. {why}");
}
