using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Subscriptions;

/// <summary><c>{scope}/providers/Microsoft.Resources/tags/default</c>: the tags of a subscription, a group or a resource by themselves, with a right of their own.</summary>
internal sealed partial class TagsType(IAtriumStore store, IAccessControl access, IServiceProvider services) : ResourceType, IEmbeddedType
{
    private const string TypeName = "Microsoft.Resources/tags";

    /// <summary>How often a change is tried again when another writer was faster.</summary>
    private const int MaxTries = 8;

    private static readonly Property Operation = new("operation", Shape.OneOf(TagRules.Replace, TagRules.Merge, TagRules.Delete));

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.Anything;

    public override ImmutableArray<string> ApiVersions => KnownVersions.Resources;

    public override Regex NameRule => Default();

    public override string NameRuleInWords => "the name 'default'";

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.List;

    public override ObjectShape Body { get; } = new([Operation, .. Envelope.ServiceFields, new Property("properties", Shape.Object(new Property("tags", Envelope.TagMap))).Required()]);

    public async Task<IResult> AnswerOneAsync(ResourceId id, ResourceRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var method = context.Request.Method;
        var verb = method switch
        {
            "GET" or "HEAD" => "read",
            "PUT" or "PATCH" => "write",
            "DELETE" => "delete",
            _ => throw ApiException.MethodNotAllowed(method, "GET, PUT, PATCH, DELETE"),
        };
        await access.DemandAsync(request.Caller, $"{TypeName}/{verb}", id, cancellationToken);
        if (!NameRule.IsMatch(id.Name))
        {
            throw ApiException.Invalid("name", $"'{id.Name}' is no name for a {TypeName}: it needs {NameRuleInWords}.");
        }

        if (verb == "read")
        {
            return Results.Json(View(id, TagsOf(await FindAsync(id.Parent!, cancellationToken))));
        }

        var (operation, tags) = verb == "delete" ? (TagRules.Replace, []) : await ReadAsync(context.Request, isPatch: method == "PATCH", cancellationToken);
        var after = await ChangeAsync(id.Parent!, operation, tags, request with { AuthorizedAs = $"{TypeName}/{verb}" }, cancellationToken);
        return verb == "delete" ? Results.Ok() : Results.Json(View(id, after));
    }

    public Task<IResult> AnswerListAsync(ResourceId parent, ResourceRequest request, CancellationToken cancellationToken) =>
        throw ApiException.MethodNotAllowed("GET", "GET of 'default'");

    private async ValueTask<(string Operation, JsonObject Tags)> ReadAsync(HttpRequest request, bool isPatch, CancellationToken cancellationToken)
    {
        var body = await ResourceRequests.ReadBodyAsync(request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
        var problems = new List<Problem>();
        var sent = EditRules.ReadPut(Body, body, problems);
        return problems.Count > 0
            ? throw ApiException.Invalid(problems)
            : (isPatch ? (string?)sent["operation"] ?? TagRules.Replace : TagRules.Replace, sent["properties"]!["tags"] as JsonObject ?? []);
    }

    /// <summary>
    /// Written by the resource's own type, so that its rules and its locks hold for its tags too, on condition that it is still as it was read, so that of two
    /// changes at once neither is lost.
    /// </summary>
    private async Task<JsonObject> ChangeAsync(ResourceId scope, string operation, JsonObject change, ResourceRequest request, CancellationToken cancellationToken)
    {
        // Writer and catalog hold the types, so they cannot come in through the constructor.
        var writer = services.GetRequiredService<ResourceWriter>();
        var type = services.GetRequiredService<ResourceCatalog>().Find(scope.Type);
        for (var attempt = 1; ; attempt++)
        {
            var resource = await FindAsync(scope, cancellationToken);
            if (type?.Body.Find("tags") is null || !type.Methods.HasFlag(ResourceMethods.Patch))
            {
                throw ApiException.BadRequest("TagsNotSupported", $"A {scope.Type} has no tags.");
            }

            var (before, conditional) = (TagsOf(resource), request with { IfMatch = resource.ETag, IfNoneMatch = null });
            var after = TagRules.Apply(before, operation, change);
            try
            {
                await writer.WriteAsync(type, scope, new() { ["tags"] = TagRules.PatchOf(before, after) }, isPatch: true, conditional, cancellationToken);
                return after;
            }
            catch (ApiException refused) when (refused.Status == StatusCodes.Status412PreconditionFailed && attempt < MaxTries)
            {
            }
        }
    }

    private async ValueTask<Resource> FindAsync(ResourceId scope, CancellationToken cancellationToken) =>
        await new ResourceReader(store).FindAsync(scope, cancellationToken) ?? throw ApiException.NotFound(scope);

    private static JsonObject TagsOf(Resource resource) => resource.Body["tags"]?.DeepClone() as JsonObject ?? [];

    private static JsonObject View(ResourceId id, JsonObject tags) => new()
    {
        ["id"] = id.Text,
        ["name"] = "default",
        ["type"] = TypeName,
        ["properties"] = new JsonObject { ["tags"] = tags },
    };

    [GeneratedRegex("^default$", RegexOptions.IgnoreCase)]
    private static partial Regex Default();
}
