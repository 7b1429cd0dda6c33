using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Language;

/// <summary>What texts say, as earlier clients ask: <c>/text/analytics/v3.1</c>.</summary>
internal static class TextAnalyticsRoutes
{
    private static readonly (string Path, string Kind)[] Kinds =
    [
        ("/languages", AnalysisKind.Languages), ("/sentiment", AnalysisKind.Sentiment), ("/keyPhrases", AnalysisKind.Phrases), ("/entities/recognition/pii", AnalysisKind.PersonalData),
        ("/entities/recognition/general", "EntityRecognition"), ("/entities/linking", "EntityLinking"),
    ];

    public static void MapTextAnalytics(this IEndpointRouteBuilder routes, string root)
    {
        var texts = routes.MapGroup(root + "/text/analytics").WithTags("Text Analytics").Demanding(Identify);
        foreach (var (path, kind) in Kinds)
        {
            texts.MapPost($"/v3.1{path}", Run(TextAnalysis.Operation, (TextAnalyticsCalls calls) => calls.Analyze(kind)));
        }

        texts.MapPost("/v3.1/analyze", Run(LanguageJobCalls.Submit, (TextAnalyticsJobs jobs) => jobs.SubmitAsync));
        texts.MapGet("/v3.1/analyze/jobs/{textJob}", Run(LanguageJobCalls.Read, (TextAnalyticsJobs jobs) => jobs.GetAsync));
        texts.Map("/{**rest}", NotBuilt).WithOrder(1);
    }
}
