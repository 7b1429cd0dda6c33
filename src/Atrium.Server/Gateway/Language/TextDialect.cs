namespace Atrium.Server.Gateway.Language;

/// <summary>What the two published forms of text analysis call the same things, for the names of fields in refusals.</summary>
/// <param name="Input">Before <c>documents</c>.</param>
/// <param name="Parameters">Before the name of a parameter.</param>
/// <param name="ModelVersion">The parameter that names the model.</param>
internal sealed record TextDialect(string Input, string Parameters, string ModelVersion)
{
    /// <summary>Of <c>/language</c>.</summary>
    public static readonly TextDialect Language = new("analysisInput.", "parameters.", "modelVersion");

    /// <summary>Of <c>/text/analytics</c>, where parameters stand in the query.</summary>
    public static readonly TextDialect Analytics = new("", "", "model-version");

    /// <summary>Of a task of an <c>analyze</c> job there.</summary>
    public static readonly TextDialect AnalyticsJob = new("analysisInput.", "parameters.", "model-version");
}
