using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Identity.Roles.Denials;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Access;

/// <summary>
/// <c>GET {scope}/providers/Atrium.Authorization/access</c>: who may do what there, and through which assignment; with <c>action</c> or <c>dataAction</c> who may
/// do that one. Atrium's own. Asks for the right to read what it is made of, at the scope; the scope need not be there, and the answer does not tell.
/// </summary>
internal sealed partial class AccessType(RoleState roles, PrincipalState principals, ManagedIdentities identities, IAccessControl access, TimeProvider clock) : ResourceType
{
    private const int PageSize = 100;

    public override string Name => "Atrium.Authorization/access";

    public override ResourceParent Parent => ResourceParent.Anything;

    public override ImmutableArray<string> ApiVersions => AuthorizationVersions.Directory;

    public override ResourceMethods Methods => ResourceMethods.List;

    public override bool HasProvisioningState => false;

    public override ObjectShape Body { get; } = new([.. Envelope.ServiceFields]);

    public override async ValueTask<JsonObject?> ListAsync(
        ResourceId scope, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken)
    {
        await access.DemandAsync(request.Caller, $"{RoleAssignment.TypeName}/read", scope, cancellationToken);
        await access.DemandAsync(request.Caller, $"{DenyAssignment.TypeName}/read", scope, cancellationToken);
        var question = Read(request.Query);
        var after = ContinuationToken.Read(request.Query["$skipToken"].FirstOrDefault());
        var (model, directory) = (await roles.ReadAsync(cancellationToken), await principals.ReadAsync(cancellationToken));
        var found = AccessReview.At(scope, model, directory, question)
            .Where(r => after is null || string.CompareOrdinal("/" + r.PrincipalId, after) > 0)
            .Take(PageSize + 1)
            .ToList();
        var views = new JsonArray();
        foreach (var review in found.Take(PageSize))
        {
            views.Add(AccessView.Of(review, scope, model, directory, await ResourceOfAsync(review.PrincipalId, request.Caller, cancellationToken)));
        }

        var answer = new JsonObject { ["value"] = views };
        if (found.Count > PageSize)
        {
            var rest = string.Concat(request.Query.Where(q => q.Key is "$filter" or "action" or "dataAction").Select(q => $"&{q.Key}={Uri.EscapeDataString(q.Value.ToString())}"));
            answer["nextLink"] = $"{request.BaseUri}{path}?api-version={request.ApiVersion}{rest}&$skipToken={ContinuationToken.Write("/" + found[PageSize - 1].PrincipalId)}";
        }

        return answer;
    }

    /// <summary>The resource whose managed identity it is; null where it is none, or one that the caller may not read.</summary>
    private async ValueTask<ResourceId?> ResourceOfAsync(string principalId, Caller caller, CancellationToken cancellationToken) =>
        (await identities.ReadAsync(cancellationToken)).Find(principalId) is { } id && await access.IsAllowedAsync(caller, $"{ManagedIdentityModel.Type}/read", id, cancellationToken) ? id : null;

    private AccessQuestion Read(IQueryCollection query)
    {
        var (action, dataAction, filter) = (query["action"].FirstOrDefault(), query["dataAction"].FirstOrDefault(), query["$filter"].FirstOrDefault());
        var problems = new List<Problem>();
        if (action is not null && dataAction is not null)
        {
            problems.Add(new("dataAction", "'action' and 'dataAction' are asked one at a time."));
        }

        foreach (var (name, value) in new[] { ("action", action), ("dataAction", dataAction) })
        {
            if (value is not null && !Action().IsMatch(value))
            {
                problems.Add(new(name, $"'{name}' must be one action without wildcards, such as Microsoft.MachineLearningServices/workspaces/write."));
            }
        }

        var principal = Principal().Match(filter ?? "");
        if (!string.IsNullOrWhiteSpace(filter) && !principal.Success)
        {
            problems.Add(new("$filter", "'$filter' may be principalId eq '{objectId}'.", "BadRequestFormat"));
        }

        return problems.Count > 0 ? throw ApiException.Invalid(problems) : new(principal.Success ? principal.Groups["id"].Value : null, action ?? dataAction, dataAction is not null, clock.GetUtcNow());
    }

    [GeneratedRegex(@"^\s*principalId\s+eq\s+'(?<id>[^']*)'\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Principal();

    [GeneratedRegex("^[^*/]+(/[^*/]+)+$")]
    private static partial Regex Action();
}
