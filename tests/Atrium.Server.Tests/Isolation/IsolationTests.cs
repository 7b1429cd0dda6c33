using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Resources;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Isolation;

/// <summary>
/// Every route of the server, as the server itself lists them, called with what a stranger has: no answer holds anything of the victims', and nothing of theirs changes.
/// A new type or route is walked without anybody remembering; one that the walk does not know how to call fails it.
/// </summary>
public sealed class IsolationTests(IsolationScene scene) : IClassFixture<IsolationScene>
{
    private static readonly string[] Versions = ["2024-04-01", "2024-10-01", "2023-07-01", "2024-07-01", "2022-04-01", "2026-11-01"];

    /// <summary>
    /// Answers of 200 that tell nothing of anybody. They must not hold a mark either.
    /// What the caller itself may do there; whether a name that must be unique is taken; what this server has for types and locations, in any subscription, there or not;
    /// usage, which the caller asked for its own project; the tenant, which is every caller's; and that a registry's API is spoken here, whatever the registry.
    /// </summary>
    private static readonly Regex OpenToAll = new(
        "(/providers/Microsoft.Authorization/permissions|/checkNameAvailability|/checkDomainAvailability|/providers(/[^/]+(/(register|resourceTypes))?)?|/locations|/registries/[^/]+/v2|/Atrium.Usage/(totals|rows)|^/tenants)$");

    private const string CallBody =
        """{"model":"victim-deployment","input":"x","text":"x","userPrompt":"x","blocklistItems":[{"text":"x"}],"name":"x","type":"x","messages":[{"role":"user","content":"x"}]}""";

    private readonly List<string> leaks = [];
    private int calls;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ResourceCatalog Catalog => scene.Server.Services.GetRequiredService<ResourceCatalog>();

    [Fact]
    public async Task The_administrator_sees_all_that_the_stranger_must_not()
    {
        Assert.Equal([], Catalog.Types.Select(type => type.Name).Except(scene.Samples.Select(s => s.Type), StringComparer.OrdinalIgnoreCase));
        foreach (var (name, id, _) in scene.Samples)
        {
            if (Catalog.Find(name)!.Methods.HasFlag(ResourceMethods.Get))
            {
                var seen = await scene.Administrator.CallAsync("GET", $"{id}?api-version={Catalog.Find(name)!.ApiVersions[^1]}");
                Assert.True(seen.Status == HttpStatusCode.OK && scene.Marks.Any(mark => seen.ToString().Contains(mark, StringComparison.OrdinalIgnoreCase)), $"{id}: {seen}");
            }
        }
    }

    [Fact]
    public async Task No_resource_list_or_action_answers_a_stranger()
    {
        var before = await scene.DumpAsync();
        foreach (var (name, id, body) in scene.Samples)
        {
            var type = Catalog.Find(name)!;
            foreach (var caller in Callers())
            {
                foreach (var (method, path) in Requests(type, id))
                {
                    await TryAsync(caller, method, $"{path}?api-version={type.ApiVersions[^1]}", method is "PUT" or "PATCH" ? Stolen(body.ToJsonString()) : """{"keyName":"Key1"}""", MayAnswer(path));
                }

                foreach (var path in Spellings(id))
                {
                    await TryAsync(caller, "GET", $"{path}?api-version={type.ApiVersions[^1]}", body: null, mayAnswer: path == OwnTags);
                }
            }
        }

        await EndAsync(before);
    }

    [Fact]
    public async Task A_resource_that_is_there_looks_to_a_stranger_like_one_that_is_not()
    {
        foreach (var (name, id, body) in scene.Samples)
        {
            var type = Catalog.Find(name)!;
            var last = id[(id.LastIndexOf('/') + 1)..];
            foreach (var (method, path) in Requests(type, id).Where(r => r.Path.Contains(last, StringComparison.Ordinal)))
            {
                foreach (var sent in Bodies(method, body))
                {
                    foreach (var there in (string[])[last, last.ToUpperInvariant()])
                    {
                        var nothing = Guid.NewGuid().ToString();
                        var missing = await SaidAsync(type, method, path.Replace(last, nothing, StringComparison.Ordinal), nothing, sent);
                        Assert.Equal((method, path, missing), (method, path, await SaidAsync(type, method, path.Replace(last, there, StringComparison.Ordinal), there, sent)));
                    }
                }
            }
        }
    }

    [Fact]
    public async Task A_type_answers_only_where_it_may_lie()
    {
        var wrong = new List<string>();
        var before = await scene.DumpAsync();
        foreach (var (name, id, body) in scene.Samples)
        {
            var type = Catalog.Find(name)!;
            var child = type.Parent is ResourceParent.Resource ? name.Split('/') : null;
            foreach (var place in Places().Where(place => !MayLie(type, place)))
            {
                var path = child is null ? $"{place}/providers/{name}" : $"{place}/providers/{child[0]}/{child[1]}/any/{child[2]}";
                var one = $"{path}/{id[(id.LastIndexOf('/') + 1)..]}";
                foreach (var (client, method) in from client in new[] { scene.Administrator, scene.StrangerOwner } from method in new[] { "GET", "PUT", "PATCH", "DELETE" } select (client, method))
                {
                    await RefusedAsync(client, method, one, method is "PUT" or "PATCH" ? Stolen(body.ToJsonString()) : null);
                }

                if (!MayBeListed(type, place))
                {
                    await RefusedAsync(scene.StrangerOwner, "GET", path, null);
                }

                foreach (var action in type.Actions)
                {
                    await RefusedAsync(scene.StrangerOwner, action.Method, $"{one}/{action.Name}", action.Method == "POST" ? "{}" : null);
                }
            }

            async Task RefusedAsync(HttpClient client, string method, string path, string? body)
            {
                var answer = await client.CallAsync(method, $"{path}?api-version={type.ApiVersions[^1]}", body);
                if ((answer.Status, answer.ErrorCode) != (HttpStatusCode.NotFound, "InvalidResourceType"))
                {
                    wrong.Add($"{method} {path}: {answer}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}\n" + string.Join('\n', wrong.Take(20)));
        Assert.Equal(before.OrderBy(r => r.Key), (await scene.DumpAsync()).OrderBy(r => r.Key));
    }

    [Fact]
    public async Task What_a_stranger_writes_in_its_own_project_tells_nothing_of_the_victims_that_it_names()
    {
        var role = scene.Samples.Single(s => s.Type == "Microsoft.Authorization/roleDefinitions");
        var guid = role.Id[(role.Id.LastIndexOf('/') + 1)..];
        var roles = $"{scene.Stranger}/providers/Microsoft.Authorization/roleDefinitions";
        object Named(string name) => new { properties = new { roleName = name, assignableScopes = new[] { scene.Stranger }, permissions = new[] { new { actions = new[] { "*/read" } } } } };
        await TryAsync(new("owner", scene.StrangerOwner, null), "PUT", $"{roles}/{guid}?api-version=2022-04-01", Text(Named("taken")), mayAnswer: false);
        var name = (string)role.Body["properties"]!["roleName"]!;
        var sameName = await scene.StrangerOwner.CallAsync("PUT", $"{roles}/{Guid.NewGuid()}?api-version=2022-04-01", Named(name.ToUpperInvariant()));
        Assert.Equal("RoleDefinitionWithSameNameExists", sameName.ErrorCode);
        Assert.DoesNotContain(guid, sameName.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(name, sameName.ToString(), StringComparison.Ordinal);

        var assigned = await AssignAsync(guid);
        var missing = Guid.NewGuid().ToString();
        Assert.Equal((await AssignAsync(missing)).Body.ToJsonString().Replace(missing, "*", StringComparison.Ordinal), assigned.Body.ToJsonString().Replace(guid, "*", StringComparison.Ordinal));
        foreach (var (type, id, _) in scene.Samples)
        {
            await TryAsync(new("owner", scene.StrangerOwner, null), "PUT", $"{scene.Stranger}/connections/pointer?api-version=2024-04-01",
                Text(new { properties = new { category = "CustomKeys", authType = "None", target = "https://example.org", metadata = new { ResourceId = id, Type = type } } }), mayAnswer: true);
        }

        Assert.True(leaks.Count == 0, string.Join('\n', leaks));

        Task<Answer> AssignAsync(string definition) => scene.StrangerOwner.CallAsync(
            "PUT",
            $"{scene.Stranger}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
            new { properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{definition}", principalId = Guid.NewGuid().ToString() } });
    }

    [Fact]
    public async Task Pages_of_a_strangers_lists_hold_nothing_of_the_victims()
    {
        var before = await scene.DumpAsync();
        foreach (var (type, id, _) in scene.Samples)
        {
            foreach (var scope in Places().Append(id[..id.LastIndexOf('/')]))
            {
                var link = scope == id[..id.LastIndexOf('/')] ? scope : $"{scope}/providers/{type}";
                for (var next = $"{link}?api-version={Catalog.Find(type)!.ApiVersions[^1]}&$top=1"; next is not null;)
                {
                    await TryAsync(new("owner of another project", scene.StrangerOwner, null), "GET", next, null, mayAnswer: true);
                    next = (string?)(await scene.StrangerOwner.CallAsync("GET", next)).Body["nextLink"] is { } more ? new Uri(more).PathAndQuery : null;
                }
            }
        }

        await EndAsync(before);
    }

    /// <summary>
    /// Whoever is given a project is made Reader of its hub too, as the published service does. Such a one reads the hub, and in it the ids of all its projects
    /// (associatedWorkspaces), and of the other projects nothing.
    /// </summary>
    [Fact]
    public async Task Whoever_also_reads_the_hub_learns_no_more_of_other_projects_than_their_ids()
    {
        var caller = new Caller("developer who reads the hub", await scene.HubReaderAsync(), null, KnowsNames: true);
        var before = await scene.DumpAsync();
        var hubs = scene.Samples.Where(s => s.Id.StartsWith(scene.Hub + "/", StringComparison.Ordinal)).ToArray();
        foreach (var (name, id, body) in scene.Samples.Except(hubs))
        {
            var type = Catalog.Find(name)!;
            foreach (var (method, path) in Requests(type, id))
            {
                await TryAsync(caller, method, $"{path}?api-version={type.ApiVersions[^1]}", method is "PUT" or "PATCH" ? Stolen(body.ToJsonString()) : """{"keyName":"Key1"}""", MayAnswer(path));
            }
        }

        var readable = string.Concat(await Task.WhenAll(hubs.Select(async h => (await scene.Administrator.CallAsync("GET", $"{h.Id}?api-version=2024-04-01")).ToString())));
        var workspaces = Catalog.Find("Microsoft.MachineLearningServices/workspaces")!;
        foreach (var path in Catalog.NestedIn(workspaces).Select(t => $"{scene.Hub}/{t.Name[(t.Name.LastIndexOf('/') + 1)..]}").Append(scene.Hub).Append(scene.Hub[..scene.Hub.LastIndexOf('/')]))
        {
            var seen = (await caller.Client.CallAsync("GET", $"{path}?api-version=2024-04-01")).ToString();
            Assert.DoesNotContain(scene.Marks, mark => seen.Contains(mark, StringComparison.OrdinalIgnoreCase) && !readable.Contains(mark, StringComparison.OrdinalIgnoreCase));
        }

        foreach (var action in workspaces.Actions.Where(a => a.Method == "POST"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await caller.Client.CallAsync("POST", $"{scene.Hub}/{action.Name}?api-version=2024-04-01", "{}")).Status);
        }

        await EndAsync(before);
    }

    [Fact]
    public async Task No_other_route_answers_a_stranger_anything_of_the_victims()
    {
        var before = await scene.DumpAsync();
        var routes = scene.Server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToArray();
        Assert.NotEmpty(routes);
        foreach (var route in routes)
        {
            string[] methods = [.. route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "PATCH", "DELETE"]];
            foreach (var path in Paths(route.RoutePattern))
            {
                foreach (var (method, query) in methods.SelectMany(method => Queries(path).Select(query => (method, query))))
                {
                    foreach (var caller in Callers())
                    {
                        await TryAsync(caller, method, path + query, method is "GET" or "HEAD" ? null : CallBody, MayAnswer(path));
                    }
                }
            }
        }

        await EndAsync(before);
    }

    /// <summary>The portal answers whoever has no session with its sign-in, whatever page was asked for. Otherwise a place that is not the victims', such as a list that has what the caller may see, or the stranger's own. It must not hold a mark either.</summary>
    private bool MayAnswer(string path) =>
        OpenToAll.IsMatch(path) || path.StartsWith("/portal/", StringComparison.Ordinal) || !(path.Contains("victim", StringComparison.OrdinalIgnoreCase) || Theirs().Any(path.Contains));

    /// <summary>Tags have one name, so the stranger's are called as the victims' are.</summary>
    private string OwnTags => $"{scene.Stranger}/providers/Microsoft.Resources/tags/default";

    private IEnumerable<string> Theirs() => [scene.RouteValues["subscriptionId"][1], scene.RouteValues["id"][0], .. scene.RouteValues["account"]];

    private IEnumerable<Caller> Callers()
    {
        yield return new("owner of another project", scene.StrangerOwner, null);
        yield return new("owner of another project, data plane", scene.StrangerCaller, null);
        yield return new("owner of another project, vaults", scene.StrangerVaultCaller, null);
        yield return new("owner of another project, storage", scene.StrangerStorageCaller, null);
        yield return new("owner of another project, registries", scene.StrangerRegistryCaller, null);
        yield return new("another project's key", scene.Server.Client, scene.StrangerKey);
        yield return new("wrong key", scene.Server.Client, new string('0', 64));
        yield return new("nobody", scene.Server.Client, null);
    }

    private static IEnumerable<(string Method, string Path)> Requests(ResourceType type, string id)
    {
        foreach (var method in (string[])["GET", "HEAD", "PUT", "PATCH", "DELETE"])
        {
            yield return (method, id);
        }

        yield return ("GET", id[..id.LastIndexOf('/')]);
        foreach (var action in type.Actions)
        {
            yield return (action.Method, $"{id}/{action.Name}");
        }
    }

    /// <summary>Other ways to write the same path.</summary>
    private IEnumerable<string> Spellings(string id)
    {
        yield return id.ToUpperInvariant();
        yield return id + "/";
        yield return id.Replace("/providers/", "//providers/", StringComparison.Ordinal);
        yield return id.Replace("victim", "victi%6D", StringComparison.Ordinal);
        yield return $"{id[..id.LastIndexOf('/')]}%2F{id[(id.LastIndexOf('/') + 1)..]}";
        yield return $"{scene.Stranger}/../{id[(id.LastIndexOf('/') + 1)..]}";
        yield return $"{scene.Stranger}/%2E%2E/{id[(id.LastIndexOf('/') + 1)..]}";
        yield return $"{scene.Stranger}/connections/..%2F..%2F{id[(id.LastIndexOf('/') + 1)..]}";
        yield return $"{scene.Stranger}{(id.Contains("/workspaces/victim/", StringComparison.Ordinal) ? id[(id.IndexOf("/workspaces/victim/", StringComparison.Ordinal) + 18)..] : "/none")}";
    }

    /// <summary>The route with the victims' values in its parameters, all combinations.</summary>
    private IEnumerable<string> Paths(RoutePattern pattern)
    {
        IEnumerable<string> paths = [""];
        foreach (var segment in pattern.PathSegments)
        {
            var values = segment.Parts.Select(part => part switch
            {
                RoutePatternLiteralPart literal => [literal.Content],
                RoutePatternParameterPart parameter => scene.RouteValues.GetValueOrDefault(parameter.Name)
                    ?? throw new InvalidOperationException($"The walk does not know what to put for '{parameter.Name}' in '{pattern.RawText}'. Add it to IsolationScene.RouteValues."),
                _ => (string[])[segment.Parts.ToString()!],
            }).Aggregate((IEnumerable<string>)[""], (all, next) => all.SelectMany(_ => next, (a, b) => a + b));
            paths = paths.SelectMany(_ => values, (path, value) => $"{path}/{value}").ToArray();
        }

        return paths;
    }

    private IEnumerable<string> Queries(string path) => path switch
    {
        _ when path.Contains("/openai", StringComparison.Ordinal) || path.Contains("/models", StringComparison.Ordinal) => ["?api-version=2024-10-21"],
        _ when path.Contains(".blob/", StringComparison.Ordinal) => ["", "?comp=list", "?restype=container", "?restype=container&comp=list", "?comp=metadata", "?comp=block&blockid=QQ==", "?comp=blocklist", "?comp=tags", "?comp=lease", "?comp=snapshot", "?comp=undelete", "?comp=tier", "?comp=properties", "?comp=appendblock", "?comp=batch", "?restype=container&comp=acl", "?restype=container&comp=blobs&where=mark%3D%27x%27", "?comp=blobs&where=mark%3D%27x%27", "?restype=service&comp=properties", "?restype=service&comp=userdelegationkey"],
        _ when path.Contains(".file/", StringComparison.Ordinal) => ["", "?comp=list", "?restype=share", "?restype=directory", "?restype=directory&comp=list", "?restype=share&comp=acl", "?restype=share&comp=stats", "?restype=share&comp=metadata", "?restype=share&comp=undelete", "?restype=share&comp=lease", "?restype=share&comp=filepermission", "?restype=directory&comp=metadata", "?restype=directory&comp=rename", "?comp=metadata", "?comp=properties", "?comp=range", "?comp=rangelist", "?comp=lease", "?comp=copy", "?comp=rename", "?comp=listhandles", "?restype=service&comp=properties", "?restype=service&comp=userdelegationkey"],
        _ when path.Contains("/contentsafety", StringComparison.Ordinal) => ["?api-version=2024-09-01"],
        _ when path.Contains("/speaker", StringComparison.Ordinal) => ["?api-version=2021-09-05"],
        _ when path.Contains("/texttospeech", StringComparison.Ordinal) => ["?api-version=2024-04-01"],
        _ when path.Contains("/Atrium.Models", StringComparison.Ordinal) => ["?api-version=2026-11-01"],
        _ when Regex.IsMatch(path, "^(/registries/[^/]+)?/(v2|acr|oauth2)(/|$)") => [""],
        _ when path.Contains("/Atrium.Usage", StringComparison.Ordinal) =>
        [
            "?api-version=2026-11-01", "?api-version=2026-11-01&by=tag&tag=team", $"?api-version=2026-11-01&project={scene.Victim}",
            $"?api-version=2026-11-01&project={scene.Stranger}&account={scene.Samples.First(s => s.Type == "Microsoft.CognitiveServices/accounts").Id}",
        ],
        _ => Versions.Select(version => $"?api-version={version}"),
    };

    /// <summary>What the stranger can put a type under: ids of every kind, its own project among them, and ids that only look like a subscription or a group.</summary>
    private string[] Places()
    {
        var subscription = scene.Stranger[..scene.Stranger.IndexOf("/resourceGroups/", StringComparison.Ordinal)];
        return
        [
            "", subscription, $"{subscription}/resourceGroups/team", scene.Stranger, $"{scene.Stranger}/connections/own",
            $"{scene.Stranger}/providers/Microsoft.Authorization/locks/own",
            $"/providers/Microsoft.Resources/subscriptions/{subscription.Split('/')[^1]}",
            $"{subscription}/providers/Microsoft.Resources/resourceGroups/team",
            $"{scene.Stranger}/providers/Microsoft.Resources/subscriptions/{Guid.NewGuid()}",
        ];
    }

    /// <summary>The published rule: by the id alone, whoever asks.</summary>
    private static bool MayLie(ResourceType type, string place)
    {
        if (place.Contains("/providers/Microsoft.Resources/", StringComparison.Ordinal)
            || (type.Name.StartsWith("Microsoft.Resources/", StringComparison.Ordinal) && type.Parent is not ResourceParent.Anything))
        {
            return false;
        }

        return type.Parent switch
        {
            ResourceParent.Anything => true,
            ResourceParent.Tenant => place.Length == 0,
            _ => Regex.IsMatch(place, "^/subscriptions/[^/]+/resourceGroups/[^/]+$"),
        };
    }

    /// <summary>What lies in groups is listed in the subscription too; subscriptions are listed in the tenant and groups in their subscription, here by their long names.</summary>
    private static bool MayBeListed(ResourceType type, string place) => type.Parent switch
    {
        ResourceParent.Tenant => place.Length == 0,
        ResourceParent.Subscription or ResourceParent.ResourceGroup => Regex.IsMatch(place, "^/subscriptions/[^/]+$"),
        _ => false,
    };

    private static IEnumerable<string?> Bodies(string method, JsonObject sample) => method switch
    {
        "PUT" or "PATCH" => ["{}", Stolen(sample.ToJsonString())],
        "POST" => ["{}"],
        _ => [null],
    };

    /// <summary>Status and body, with the name that was asked for taken out as it was written.</summary>
    private async Task<(HttpStatusCode Status, string Body)> SaidAsync(ResourceType type, string method, string path, string name, string? body)
    {
        var answer = await scene.StrangerOwner.CallAsync(method, $"{path}?api-version={type.ApiVersions[^1]}", body);
        return (answer.Status, answer.Body.ToJsonString().Replace(name, "*", StringComparison.Ordinal));
    }

    private static string Text(object body) => System.Text.Json.JsonSerializer.Serialize(body);

    private static string Stolen(string body) => Regex.Replace(body, "mark-[a-z-]+-[0-9a-f]{32}", "stolen");

    private async Task TryAsync(Caller caller, string method, string path, string? body, bool mayAnswer)
    {
        calls++;
        var address = new Uri(caller.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new(method), address);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (caller.Key is { } key)
        {
            request.Headers.Add("api-key", key);
            request.Headers.Add("Ocp-Apim-Subscription-Key", key);
        }

        using var answer = await caller.Client.SendAsync(request, Cancel);
        var text = $"{answer.Headers}{answer.Content.Headers}{await answer.Content.ReadAsStringAsync(Cancel)}";
        var sent = path + body;
        if (scene.Marks.FirstOrDefault(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase) && !sent.Contains(mark, StringComparison.OrdinalIgnoreCase)) is { } mark)
        {
            leaks.Add($"{caller.Name}: {method} {path} answers {(int)answer.StatusCode} with {mark}");
        }
        else if (!caller.KnowsNames && text.Contains("victim", StringComparison.OrdinalIgnoreCase) && !sent.Contains("victi", StringComparison.OrdinalIgnoreCase))
        {
            leaks.Add($"{caller.Name}: {method} {path} answers {(int)answer.StatusCode} with a name of the victims");
        }
        else if ((int)answer.StatusCode is < 400 or 500 && !mayAnswer)
        {
            leaks.Add($"{caller.Name}: {method} {path} answers {(int)answer.StatusCode}: {text[^Math.Min(200, text.Length)..]}");
        }
    }

    private async Task EndAsync(Dictionary<string, string> before)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"{calls} calls");
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Take(40)));
        Assert.Equal(before.OrderBy(r => r.Key), (await scene.DumpAsync()).OrderBy(r => r.Key));
    }

    private sealed record Caller(string Name, HttpClient Client, string? Key, bool KnowsNames = false);
}
