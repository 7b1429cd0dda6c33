using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Portal;

/// <summary>
/// <c>GET</c> and <c>PUT /providers/Atrium.Portal/{name}/me</c>: a document that everybody has for himself. Nobody needs a right for his own, and nobody sees another's.
/// The last writing holds.
/// </summary>
/// <param name="name">Of its kind.</param>
/// <param name="body">Its shape, with <c>properties</c>.</param>
internal sealed class OwnDocument(string name, ObjectShape body)
{
    private static readonly ImmutableArray<string> Versions = ["2026-11-01"];
    private readonly string type = $"Atrium.Portal/{name}";
    private readonly string path = $"/providers/Atrium.Portal/{name}/me";

    /// <summary>The properties of who has written none.</summary>
    public JsonObject Empty { get; init; } = [];

    /// <summary>The only properties that are taken; null where others are left out in silence.</summary>
    public IReadOnlyList<string>? Known { get; init; }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(path, GetAsync).WithTags("Portal");
        routes.MapPut(path, PutAsync).WithTags("Portal");
    }

    private async Task<IResult> GetAsync(HttpContext context, IAtriumStore store, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, Versions);
        var row = await store.FindAsync(KeyOf(request.Caller), cancellationToken);
        return Show(row is null ? Empty : JsonNode.Parse(row.Body)!.AsObject());
    }

    private async Task<IResult> PutAsync(HttpContext context, IAtriumStore store, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, Versions);
        var sent = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
        var problems = new List<Problem>();
        var read = EditRules.ReadPut(body, sent, problems);
        if (Known is not null)
        {
            foreach (var (other, _) in (sent["properties"] as JsonObject ?? []).Where(property => !Known.Contains(property.Key)))
            {
                problems.Add(new($"properties.{other}", $"'properties.{other}' is not known. Known: {string.Join(", ", Known)}."));
            }
        }

        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        var properties = (JsonObject)read["properties"]!;
        var (key, kind) = (KeyOf(request.Caller), type.ToLowerInvariant());
        var row = new StoredResource { Key = key, Id = key, Type = kind, Body = properties.ToJsonString() };
        await store.CommitAsync(new() { Resources = [new() { Key = key, Type = kind, Resource = row, Expect = Expect.Anything }] }, cancellationToken);
        return Show(properties);
    }

    private IResult Show(JsonObject properties) => Results.Json(new JsonObject
    {
        ["id"] = path,
        ["name"] = "me",
        ["type"] = type,
        ["properties"] = properties.DeepClone(),
    });

    private string KeyOf(Caller caller) => $"/providers/{type}/{caller.ObjectId}".ToLowerInvariant();
}
