using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Language;

/// <summary>What texts say: <c>/language</c>.</summary>
internal static class LanguageRoutes
{
    public static IServiceCollection AddLanguage(this IServiceCollection services) => services.AddSingleton<LanguageUpstream>().AddSingleton<TextAnalysis>();

    public static void MapLanguage(this IEndpointRouteBuilder routes, string root)
    {
        var language = routes.MapGroup(root + "/language").WithTags("Language").AddEndpointFilter(DemandApiVersion);
        language.MapPost("/:analyze-text", Run(TextAnalysis.Operation, (TextAnalysis texts) => texts.AnalyzeAsync));
        language.Map("/{**rest}", NotBuilt).WithOrder(1);
    }
}
