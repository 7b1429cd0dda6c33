namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>The addresses of a transcription's audio. They are sealed in the request.</summary>
internal sealed record TranscriptionSources(IReadOnlyList<string> Urls, string? Container)
{
    /// <summary>In the request of a job.</summary>
    public const string Name = "sources";

    /// <summary>An address without what opens it, for reports and results.</summary>
    public static string Shown(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.GetLeftPart(UriPartial.Path) : url;
}
