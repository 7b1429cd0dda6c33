namespace Atrium.Server.Gateway.Language;

/// <summary>What texts can be analyzed for.</summary>
/// <param name="Name">As the request's <c>kind</c> names it.</param>
/// <param name="Results">As the answer's <c>kind</c> names it.</param>
/// <param name="Model">What does it.</param>
/// <param name="MostDocuments">In one request, as published.</param>
/// <param name="IsEnglishOnly">Whether documents in other languages are refused.</param>
internal sealed record AnalysisKind(string Name, string Results, string Model, int MostDocuments, bool IsEnglishOnly);
