using Atrium.Server.Egress;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Resources;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Safety.Categories;

/// <summary>Categories of an administrator's own: <c>text/categories</c> and <c>text:analyzeCustomCategory</c>.</summary>
internal static class CategoryRoutes
{
    public static IServiceCollection AddCategories(this IServiceCollection services)
    {
        foreach (var type in (string[])[.. CategoryVersion.Types, .. CategoryVersion.SampleTypes])
        {
            services.AddKeptType(type);
        }

        return services
            .AddEgressDoor(CategoryInput.Door).AddSingleton<CategoryInput>()
            .AddSingleton<CategoryState>().AddSingleton<CategoryStore>().AddSingleton<CategoryCalls>()
            .AddJobKind<CategoryBuild>(CategoryBuild.Kind);
    }

    public static void MapCategories(this RouteGroupBuilder safety)
    {
        safety.MapPost("/text:analyzeCustomCategory", Run(CategoryCalls.Analyze, (CategoryCalls categories) => categories.AnalyzeAsync));
        safety.MapGet("/text/categories", Run(CategoryCalls.Read, (CategoryCalls categories) => categories.ListAsync));
        safety.MapGet("/text/categories/{category}", Run(CategoryCalls.Read, (CategoryCalls categories) => categories.GetAsync));
        safety.MapPut("/text/categories/{category}", Run(CategoryCalls.Write, (CategoryCalls categories) => categories.PutAsync));
        safety.MapDelete("/text/categories/{category}", Run(CategoryCalls.Delete, (CategoryCalls categories) => categories.DeleteAsync));
        safety.MapPost("/text/categories/{category}:build", Run(CategoryCalls.Write, (CategoryCalls categories) => categories.BuildAsync));
        safety.MapGet("/text/categories/operations/{operation}", Run(CategoryCalls.Read, (CategoryCalls categories) => categories.GetOperationAsync));
    }
}
