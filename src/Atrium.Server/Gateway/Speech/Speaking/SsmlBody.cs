using System.Text;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Ssml;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Documents as they come in requests.</summary>
internal static class SsmlBody
{
    private const string MediaType = "application/ssml+xml";
    private const int MaxBytes = 256 * 1024;
    private static readonly SsmlLimits Limits = new();

    /// <summary>The body's document, in the encoding that its first bytes tell; without any, UTF-8.</summary>
    /// <exception cref="ApiException">400, 413 or 415.</exception>
    public static async Task<SpeechScript> ReadAsync(HttpRequest request, VoiceCast cast, CancellationToken cancellationToken)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (type is null || !type.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.UnsupportedMediaType(type ?? "", MediaType);
        }

        var bytes = await BoundedBody.ReadAsync(request.Body, request.ContentLength, MaxBytes, cancellationToken) ?? throw ApiException.TooLarge(MaxBytes);
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true));
            return Read(await reader.ReadToEndAsync(cancellationToken), cast);
        }
        catch (DecoderFallbackException)
        {
            throw ApiException.BadRequest("InvalidSsml", "The document is no UTF-8.");
        }
    }

    /// <exception cref="ApiException">400 with all that is wrong.</exception>
    public static SpeechScript Read(string document, VoiceCast cast)
    {
        try
        {
            return SsmlReader.Read(document, cast, Limits);
        }
        catch (SsmlException refused)
        {
            throw ApiException.BadRequest("InvalidSsml", refused.Message);
        }
    }
}
