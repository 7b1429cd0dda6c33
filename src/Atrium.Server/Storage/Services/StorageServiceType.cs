using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Storage.Services;

/// <summary>
/// The one service of a kind in a storage account, named <c>default</c>: how long what is deleted there can be had back. It is no document of its own but a part of
/// the account's data, which the service's own API changes too. What is not sent stays; what has no effect here is refused.
/// </summary>
internal abstract partial class StorageServiceType(IAtriumStore store, IAccessControl access, LockKeeper locks, TimeProvider clock) : ResourceType, IEmbeddedType
{
    public override ResourceParent Parent => ResourceParent.Resource;

    public override ImmutableArray<string> ApiVersions => StorageAccountType.Versions;

    public override Regex NameRule => Default();

    public override string NameRuleInWords => "the name 'default'";

    public override ResourceMethods Methods => ResourceMethods.Get | ResourceMethods.Put | ResourceMethods.List;

    public override ObjectShape Body => Envelope.Proxy(Shape.Object([.. Policies.Select(policy => new Property(policy, RetentionPolicy.Shape))]));

    /// <summary>Names of its policies.</summary>
    protected abstract IReadOnlyList<string> Policies { get; }

    public async Task<IResult> AnswerOneAsync(ResourceId id, ResourceRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var method = context.Request.Method;
        var isWrite = method == "PUT" || (method is "GET" or "HEAD" ? false : throw ApiException.MethodNotAllowed(method, "GET, PUT"));
        await access.DemandAsync(request.Caller, $"{OperationName}/{(isWrite ? "write" : "read")}", id, cancellationToken);
        if (!NameRule.IsMatch(id.Name))
        {
            throw ApiException.NotFound(id);
        }

        var account = await AccountAsync(id.Parent!, cancellationToken);
        if (isWrite)
        {
            var days = await ReadAsync(context.Request, cancellationToken);
            await locks.DemandWritableAsync(id, cancellationToken);
            await WriteAsync(id, account.Data, days, request, cancellationToken);
        }

        return Results.Json(await ViewAsync(account, cancellationToken));
    }

    public async Task<IResult> AnswerListAsync(ResourceId parent, ResourceRequest request, CancellationToken cancellationToken)
    {
        await access.DemandAsync(request.Caller, $"{OperationName}/read", parent, cancellationToken);
        return Results.Json(new JsonObject { ["value"] = new JsonArray(await ViewAsync(await AccountAsync(parent, cancellationToken), cancellationToken)) });
    }

    /// <summary>The days of each policy, 0 where it is off.</summary>
    protected abstract ValueTask<IReadOnlyDictionary<string, int>> GetAsync(Guid account, CancellationToken cancellationToken);

    /// <summary>Sets those that are named.</summary>
    protected abstract Task SetAsync(Guid account, IReadOnlyDictionary<string, int> days, CancellationToken cancellationToken);

    /// <summary>
    /// The days lie with the account's data and not where the activity log is, so the log has what shall be done before it is done, and what became of it afterwards: nothing is
    /// changed without a row, whenever the server stops.
    /// </summary>
    private async Task WriteAsync(ResourceId id, Guid account, Dictionary<string, int> days, ResourceRequest request, CancellationToken cancellationToken)
    {
        await LogAsync(id, request, "Accepted", StatusCodes.Status202Accepted, cancellationToken);
        try
        {
            await SetAsync(account, days, cancellationToken);
        }
        catch (Exception failure)
        {
            try
            {
                await LogAsync(id, request, "Failed", (failure as ApiException)?.Status ?? StatusCodes.Status500InternalServerError, CancellationToken.None);
            }
            finally
            {
                // The caller is told what went wrong, also where the log cannot be written either.
                ExceptionDispatchInfo.Throw(failure);
            }
        }

        await LogAsync(id, request, "Succeeded", StatusCodes.Status200OK, CancellationToken.None);
    }

    private async Task LogAsync(ResourceId id, ResourceRequest request, string status, int httpStatus, CancellationToken cancellationToken) =>
        await store.CommitAsync(new() { Activity = [Activity.Row(clock.GetUtcNow(), $"{OperationName}/write", id, request, status, httpStatus)] }, cancellationToken);

    private async Task<Dictionary<string, int>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await ResourceRequests.ReadBodyAsync(request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
        var problems = new List<Problem>();
        var properties = EditRules.ReadPut(Body, body, problems)["properties"] as JsonObject ?? [];
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        if (properties.FirstOrDefault(p => !Policies.Contains(p.Key) && IsOn(p.Value)).Key is { } other)
        {
            throw ApiException.NotBuilt($"properties.{other} of a {Name}");
        }

        var days = Policies.Select(policy => (policy, Days: RetentionPolicy.Read(properties, policy, problems))).Where(read => read.Days is not null).ToDictionary(read => read.policy, read => read.Days!.Value);
        return problems.Count == 0 ? days : throw ApiException.Invalid(problems);
    }

    /// <summary>Whether a setting asks for anything: clients send back whole what they read.</summary>
    private static bool IsOn(JsonNode? value) => value switch
    {
        null => false,
        JsonObject fields => fields.Any(field => IsOn(field.Value)),
        JsonArray items => items.Count > 0,
        _ => !(value.AsValue().TryGetValue<bool>(out var on) && !on),
    };

    private async ValueTask<StorageAccount> AccountAsync(ResourceId id, CancellationToken cancellationToken) =>
        await new ResourceReader(store).FindAsync(id, cancellationToken) is { } resource ? StorageAccount.Read(resource) : throw ApiException.NotFound(id);

    private async ValueTask<JsonObject> ViewAsync(StorageAccount account, CancellationToken cancellationToken)
    {
        var properties = new JsonObject { ["cors"] = new JsonObject { ["corsRules"] = new JsonArray() } };
        foreach (var (policy, days) in await GetAsync(account.Data, cancellationToken))
        {
            properties[policy] = RetentionPolicy.Write(days);
        }

        return new()
        {
            ["id"] = $"{account.Id.Text}/{Name[(StorageAccountType.TypeName.Length + 1)..]}/default",
            ["name"] = "default",
            ["type"] = Name,
            ["sku"] = new JsonObject { ["name"] = account.Sku },
            ["properties"] = properties,
        };
    }

    [GeneratedRegex("^default$", RegexOptions.IgnoreCase)]
    private static partial Regex Default();
}
