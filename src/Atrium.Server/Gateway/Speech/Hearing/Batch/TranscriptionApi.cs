using System.Globalization;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>
/// Which of the two forms of the API a call uses: v3.x with the version in the path, or the dated one (2024-11-15 and later) with it in the query. They differ in
/// where a transcription is made, in some names, and in how lengths of time are written.
/// </summary>
/// <param name="Root">Address of the service in that form, without a slash at its end: <c>https://host/speechtotext/v3.2</c>.</param>
/// <param name="Query">What ends every address of the form: the api-version, or nothing.</param>
internal sealed record TranscriptionApi(string Root, string Query)
{
    private const string Service = "/speechtotext";

    /// <summary>Versions that stand in the path.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["v3.0", "v3.1", "v3.2", "v3.2-preview.1", "v3.2-preview.2"];

    public bool IsDated => Query.Length > 0;

    /// <summary>As the call came, so that what it is answered leads back the same way.</summary>
    public static TranscriptionApi Of(HttpRequest request)
    {
        var path = request.Path.Value!;
        var root = $"{request.Scheme}://{request.Host}{path[..(path.IndexOf(Service, StringComparison.OrdinalIgnoreCase) + Service.Length)]}";
        var version = path[(path.IndexOf(Service, StringComparison.OrdinalIgnoreCase) + Service.Length + 1)..].Split('/')[0];
        return Versions.Contains(version, StringComparer.OrdinalIgnoreCase) ? new($"{root}/{version}", "") : new(root, $"?api-version={Uri.EscapeDataString(request.Query["api-version"].ToString())}");
    }

    public string Self(string id) => $"{Root}/transcriptions/{id}{Query}";

    public string Files(string id) => $"{Root}/transcriptions/{id}/files{Query}";

    public string File(string id, string file) => $"{Root}/transcriptions/{id}/files/{file}{Query}";

    /// <summary>A length of time as ISO 8601 has it.</summary>
    public static string Iso(TimeSpan time) => System.Xml.XmlConvert.ToString(time);

    /// <summary>A moment as the service writes it.</summary>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
