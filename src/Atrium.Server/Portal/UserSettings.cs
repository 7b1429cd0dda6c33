using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Portal;

/// <summary>
/// <c>GET</c> and <c>PUT /providers/Atrium.Portal/userSettings/me</c>: how the caller wants the portal to be, in all hubs and projects. Everybody has his own
/// and needs no right for them; nobody sees another's.
/// </summary>
internal static class UserSettings
{
    private const string Type = "atrium.portal/usersettings";
    private const string Path = "/providers/Atrium.Portal/userSettings/me";

    private static readonly ObjectShape Body = Shape.Object(
        new Property("properties", Shape.Object(
            new Property("language", Shape.Text(8)),
            new Property("theme", Shape.OneOf("system", "light", "dark")),
            new Property("notifications", Shape.Object(
                new Property("started", Shape.Flag()),
                new Property("succeeded", Shape.Flag()),
                new Property("failed", Shape.Flag()))),
            new Property("greeted", Shape.Flag()))).Required());

    public static void MapUserSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, GetAsync).WithTags("Portal");
        routes.MapPut(Path, PutAsync).WithTags("Portal");
    }

    private static async Task<IResult> GetAsync(HttpContext context, IAtriumStore store, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, ["2026-11-01"]);
        var row = await store.FindAsync(KeyOf(request.Caller), cancellationToken);
        return Show(row is null ? [] : JsonNode.Parse(row.Body)!.AsObject());
    }

    private static async Task<IResult> PutAsync(HttpContext context, IAtriumStore store, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, ["2026-11-01"]);
        var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
        var problems = new List<Problem>();
        var read = EditRules.ReadPut(Body, body, problems);
        foreach (var (name, _) in (body["properties"] as JsonObject ?? []).Where(p => !Known.Contains(p.Key)))
        {
            problems.Add(new($"properties.{name}", $"'properties.{name}' is not known. Known: {string.Join(", ", Known)}."));
        }

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

    private static readonly string[] Known = ["language", "theme", "notifications", "greeted"];

    private static IResult Show(JsonObject properties) => Results.Json(new JsonObject
    {
        ["id"] = Path,
        ["name"] = "me",
        ["type"] = "Atrium.Portal/userSettings",
        ["properties"] = properties.DeepClone(),
    });

    private static string KeyOf(Caller caller) => $"/providers/{Type}/{caller.ObjectId.ToLowerInvariant()}";
}
