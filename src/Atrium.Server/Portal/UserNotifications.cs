using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Portal;

/// <summary>
/// <c>GET</c> and <c>PUT /providers/Atrium.Portal/notifications/me</c>: what the caller has begun in the portal and how it ended, so that it outlives window, session
/// and restart. Everybody has his own and needs no right for it; nobody sees another's. The last writing holds.
/// </summary>
internal static class UserNotifications
{
    private const string Type = "atrium.portal/notifications";
    private const string Path = "/providers/Atrium.Portal/notifications/me";

    /// <summary>The most that are kept.</summary>
    private const int Most = 50;

    private static readonly ObjectShape Body = Shape.Object(
        new Property("properties", Shape.Object(
            new Property("items", Shape.List(
                Shape.Object(
                    new Property("id", Shape.Text(64, min: 1)).Required(),
                    new Property("title", Shape.Text(512, min: 1)).Required(),
                    new Property("link", Shape.Text(2048)),
                    new Property("statusPath", Shape.Text(2048)),
                    new Property("status", Shape.OneOf("InProgress", "Succeeded", "Failed", "Canceled")).Required(),
                    new Property("error", Shape.Text(4096)),
                    new Property("started", Shape.Time()).Required(),
                    new Property("seen", Shape.Flag())),
                Most)).Required())).Required());

    public static void MapUserNotifications(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, GetAsync).WithTags("Portal");
        routes.MapPut(Path, PutAsync).WithTags("Portal");
    }

    private static async Task<IResult> GetAsync(HttpContext context, IAtriumStore store, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, ["2026-11-01"]);
        var row = await store.FindAsync(KeyOf(request.Caller), cancellationToken);
        return Show(row is null ? new JsonObject { ["items"] = new JsonArray() } : JsonNode.Parse(row.Body)!.AsObject());
    }

    private static async Task<IResult> PutAsync(HttpContext context, IAtriumStore store, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, ["2026-11-01"]);
        var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
        var problems = new List<Problem>();
        var read = EditRules.ReadPut(Body, body, problems);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        var properties = (JsonObject)read["properties"]!;
        var key = KeyOf(request.Caller);
        var row = new StoredResource { Key = key, Id = key, Type = Type, Body = properties.ToJsonString() };
        await store.CommitAsync(new() { Resources = [new() { Key = key, Type = Type, Resource = row, Expect = Expect.Anything }] }, cancellationToken);
        return Show(properties);
    }

    private static IResult Show(JsonObject properties) => Results.Json(new JsonObject
    {
        ["id"] = Path,
        ["name"] = "me",
        ["type"] = "Atrium.Portal/notifications",
        ["properties"] = properties.DeepClone(),
    });

    private static string KeyOf(Caller caller) => $"/providers/{Type}/{caller.ObjectId.ToLowerInvariant()}";
}
