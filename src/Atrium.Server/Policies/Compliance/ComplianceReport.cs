using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Policies.Assignments;
using Atrium.Server.Policies.Rules;
using Atrium.Server.Resources;

namespace Atrium.Server.Policies.Compliance;

/// <summary>Holds what is there against what is assigned, now: nothing is kept, so nothing is stale.</summary>
internal sealed class ComplianceReport(PolicyState policies, IAccessControl access, IServiceProvider services)
{
    /// <summary>How many resources one report looks at.</summary>
    public const int MostResources = 20_000;

    private const int PageSize = 500;

    /// <summary>What each policy says of each resource at or under a scope that the caller may read; of a hub its projects and its account are looked at too.</summary>
    public async IAsyncEnumerable<(Resource Resource, ResourceType Type, PolicyVerdict Verdict)> JudgeAsync(
        ResourceId scope, Caller caller, ResourceReader reader, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var model = await policies.ReadAsync(cancellationToken);
        if (!model.HasAssignments)
        {
            yield break;
        }

        var seen = 0;
        await foreach (var (resource, type) in AllAsync(scope, reader, cancellationToken))
        {
            if (!await access.IsAllowedAsync(caller, $"{type.OperationName}/read", resource.Id, cancellationToken))
            {
                continue;
            }

            if (++seen > MostResources)
            {
                throw Hosting.ApiException.BadRequest("ScopeTooLarge", $"There are more than {MostResources} resources here. Ask for a narrower scope.");
            }

            var place = await PolicyPlace.OfAsync(resource.Id, resource.Stored.Link, reader, cancellationToken);
            foreach (var verdict in model.Judge(PolicyTarget.Of(type, resource.Id, resource.Body), place))
            {
                yield return (resource, type, verdict);
            }
        }
    }

    private async IAsyncEnumerable<(Resource Resource, ResourceType Type)> AllAsync(
        ResourceId scope, ResourceReader reader, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The catalog holds the types, so it cannot come in through the constructor.
        var types = services.GetRequiredService<ResourceCatalog>().Types.Where(PolicyScope.IsJudged).OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
        var roots = new List<ResourceId> { scope };
        foreach (var type in types)
        {
            var query = new ResourceQuery { Type = type.Name.ToLowerInvariant(), Link = scope.Key, Take = PageSize };
            await foreach (var linked in reader.AllAsync(query, cancellationToken))
            {
                roots.Add(linked.Id);
            }
        }

        foreach (var root in roots)
        {
            foreach (var type in types)
            {
                if (root.IsOfType(type.Name) && await reader.FindAsync(root, cancellationToken) is { } itself)
                {
                    yield return (itself, type);
                }

                await foreach (var resource in reader.AllAsync(new() { Type = type.Name.ToLowerInvariant(), KeyPrefix = root.ChildPrefix, Take = PageSize }, cancellationToken))
                {
                    yield return (resource, type);
                }
            }
        }
    }
}
