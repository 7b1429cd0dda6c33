using Atrium.Server.Gateway.Jobs;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Language;

/// <summary>What texts say: <c>/language</c>.</summary>
internal static class LanguageRoutes
{
    public static IServiceCollection AddLanguage(this IServiceCollection services) => services.AddSingleton<LanguageUpstream>().AddSingleton<TextAnalysis>()
        .AddJobKind<LanguageJob>(LanguageJob.Kind).AddSingleton<LanguageJobCalls>()
        .AddSingleton<TextAnalyticsCalls>().AddSingleton<TextAnalyticsJobs>();

    public static void MapLanguage(this IEndpointRouteBuilder routes, string root)
    {
        var language = routes.MapGroup(root + "/language").WithTags("Language").Demanding(DemandDatedVersion).Demanding(Identify);
        language.MapPost("/:analyze-text", Run(TextAnalysis.Operation, (TextAnalysis texts) => texts.AnalyzeAsync));
        language.MapPost("/analyze-text/jobs", Run(LanguageJobCalls.Submit, (LanguageJobCalls jobs) => jobs.SubmitAsync));
        language.MapGet("/analyze-text/jobs/{textJob}", Run(LanguageJobCalls.Read, (LanguageJobCalls jobs) => jobs.GetAsync));
        language.MapPost("/analyze-text/jobs/{textJob}:cancel", Run(LanguageJobCalls.Submit, (LanguageJobCalls jobs) => jobs.CancelAsync));
        language.Map("/{**rest}", NotBuilt).WithOrder(1);
    }
}
