using System.Text.Json.Nodes;
using Atrium.Server.Identity;
using Atrium.Server.Resources;

namespace Atrium.Server.Subscriptions;

/// <summary>The tenants that the caller belongs to (Microsoft.Resources, Tenants_List): this installation has one.</summary>
internal static class Tenants
{
    public static void MapTenants(this IEndpointRouteBuilder routes) => routes.MapGet("/tenants", List).WithTags("Subscriptions");

    private static IResult List(HttpContext context, Tenant tenant)
    {
        ResourceRequests.Read(context, KnownVersions.Resources);
        return Results.Json(new JsonObject
        {
            ["value"] = new JsonArray(new JsonObject
            {
                ["id"] = $"/tenants/{tenant.Id}",
                ["tenantId"] = tenant.Id,
                ["tenantCategory"] = "Home",
                ["displayName"] = "Atrium",
            }),
        });
    }
}
