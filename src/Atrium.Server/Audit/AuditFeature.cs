using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Resources;

namespace Atrium.Server.Audit;

/// <summary>The activity log: what is written to it besides writes, how it is read, sent on and checked.</summary>
internal static class AuditFeature
{
    public static IServiceCollection AddAuditFeature(this IServiceCollection services) => services
        .AddSettings<AuditOptions>(AuditOptions.Section)
        .AddSingleton<ActivityTrail>()
        .AddSingleton<IActivityTrail>(provider => provider.GetRequiredService<ActivityTrail>())
        .AddHostedService(provider => provider.GetRequiredService<ActivityTrail>())
        .AddSingleton<IRefusalWatcher, DeniedCalls>()
        .AddSingleton<ActivityApi>()
        .AddHostedService<HeadNote>()
        .AddEgressDoor(ActivityExport.Door)
        .AddHostedService<ActivityExport>();

    public static void MapAuditFeature(this IEndpointRouteBuilder routes)
    {
        var log = routes.MapGroup("").WithTags("Activity log");
        log.MapGet("/subscriptions/{subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values", (string subscriptionId, HttpContext context, ActivityApi api, CancellationToken token) => api.ListAsync(subscriptionId, context, token));
        log.MapGet("/providers/Microsoft.Insights/eventtypes/management/values", (HttpContext context, ActivityApi api, CancellationToken token) => api.ListTenantAsync(context, token));
        log.MapGet("/providers/Microsoft.Insights/eventcategories", ActivityApi.ListCategories);
        log.MapGet("/providers/Atrium.Audit/rows", (HttpContext context, ActivityApi api, CancellationToken token) => api.ExportAsync(context, token));
        log.MapPost("/providers/Atrium.Audit/verify", (HttpContext context, ActivityApi api, CancellationToken token) => api.VerifyAsync(context, token));
    }
}
