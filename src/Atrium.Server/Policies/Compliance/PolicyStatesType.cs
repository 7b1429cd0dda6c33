using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Policies.Compliance;

/// <summary>
/// <c>POST {scope}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults</c> and <c>summarize</c> (PolicyStates): which resources are as the policies
/// want them, and which are not.
/// </summary>
internal sealed partial class PolicyStatesType(PolicyState policies, IAccessControl access, IServiceProvider services) : ResourceType
{
    private const string TypeName = "Microsoft.PolicyInsights/policyStates";

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.Anything;

    public override ImmutableArray<string> ApiVersions => PolicyVersions.Insights;

    public override ResourceMethods Methods => ResourceMethods.None;

    public override bool HasProvisioningState => false;

    public override Regex NameRule => Latest();

    public override string NameRuleInWords => "the name 'latest'";

    public override ObjectShape Body { get; } = new([.. Envelope.ServiceFields]);

    public override IReadOnlyList<ResourceAction> Actions =>
    [
        new("POST", "queryResults", $"{TypeName}/queryResults/read", QueryAsync) { IsLogged = false, OnInherited = true },
        new("POST", "summarize", $"{TypeName}/summarize/read", SummarizeAsync) { IsLogged = false, OnInherited = true },
    ];

    /// <summary>States are computed, so there is nothing to find.</summary>
    public override ValueTask<Resource?> FindInheritedAsync(ResourceId id, ResourceReader reader, CancellationToken cancellationToken) => new(
        Latest().IsMatch(id.Name) ? new Resource(new StoredResource { Key = id.Key, Id = id.Text, Type = TypeName, Body = "{}" }) : null);

    private async Task<ActionResult> QueryAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var filter = ComplianceFilter.Read(call.Query["$filter"].FirstOrDefault());
        var top = ResourceQueries.ReadTop(call.Query, standard: 1000);
        var rows = new JsonArray();
        var count = 0;
        await foreach (var (resource, type, verdict) in JudgeAsync(call, cancellationToken))
        {
            if (filter.Fits(resource, verdict) && ++count <= top)
            {
                rows.Add(ComplianceView.Row(resource, type, verdict, ContextOf(call)));
            }
        }

        return ActionResult.Ok(new JsonObject { ["@odata.context"] = ContextOf(call), ["@odata.count"] = rows.Count, ["value"] = rows });
    }

    private async Task<ActionResult> SummarizeAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var filter = ComplianceFilter.Read(call.Query["$filter"].FirstOrDefault());
        var states = new List<(ResourceId Resource, PolicyVerdict Verdict)>();
        await foreach (var (resource, _, verdict) in JudgeAsync(call, cancellationToken))
        {
            if (filter.Fits(resource, verdict))
            {
                states.Add((resource.Id, verdict));
            }
        }

        var summary = ComplianceView.Summary(states, ContextOf(call), $"{call.BaseUri}{call.Id}/queryResults?api-version={ApiVersions[^1]}");
        return ActionResult.Ok(new JsonObject { ["@odata.context"] = $"{ContextOf(call)}-summary", ["@odata.count"] = 1, ["value"] = new JsonArray(summary) });
    }

    private IAsyncEnumerable<(Resource Resource, ResourceType Type, PolicyVerdict Verdict)> JudgeAsync(ActionContext call, CancellationToken cancellationToken) =>
        new ComplianceReport(policies, access, services).JudgeAsync(call.Id.Parent!, call.Caller, call.Reader, cancellationToken);

    private static string ContextOf(ActionContext call) => $"{call.BaseUri}{(call.Id.Parent!.Parent is null ? "" : call.Id.Parent.Text)}/providers/{TypeName}/$metadata#latest";

    [GeneratedRegex("^latest$", RegexOptions.IgnoreCase)]
    private static partial Regex Latest();
}
