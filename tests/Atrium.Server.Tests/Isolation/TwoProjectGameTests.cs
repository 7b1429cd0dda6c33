using System.Text;
using CsCheck;

namespace Atrium.Server.Tests.Isolation;

/// <summary>
/// Two projects of one hub, and random moves of their owners. After each move the other owner looks wherever he can, and tries to change what is not his: he sees no
/// byte of the first one's, and is told the same whether or not a thing is there. What a player has stays as he left it.
/// </summary>
public sealed class TwoProjectGameTests(Arena arena) : IClassFixture<Arena>
{
    private const string Ml = "?api-version=2024-04-01";
    private const string Kv = "?api-version=7.5";
    private const string Ghost = "ghost-name";
    private const int Sequences = 8;

    private static readonly Gen<(bool IsFirst, Move Move, int Slot)> Turn = Gen.Select(Gen.Bool, Gen.Enum<Move>(), Gen.Int[0, Player.Names.Length - 1]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_two_projects_do_neither_sees_a_byte_of_the_other()
    {
        var game = 0;
        await Turn.Array[8, 16].SampleAsync(async turns =>
        {
            var number = Interlocked.Increment(ref game);
            using var first = await Player.JoinAsync(arena, $"first-{number}");
            using var second = await Player.JoinAsync(arena, $"second-{number}");
            foreach (var (isFirst, move, slot) in turns)
            {
                var (mover, watcher) = isFirst ? (first, second) : (second, first);
                await mover.MakeAsync(move, slot);
                await LookAsync(watcher, mover);
            }

            await first.CheckOwnAsync();
            await second.CheckOwnAsync();
        }, iter: Sequences, threads: 1);
    }

    /// <summary>All that one player can ask.</summary>
    private async Task LookAsync(Player me, Player other)
    {
        var wrong = new List<string>();
        foreach (var (client, method, path, body) in Lists(me))
        {
            var (status, text) = await SendAsync(client, method, path, body);
            wrong.AddRange(Seen(other.Marks.Concat(other.Services.Ids).Append(other.WorkspaceId), $"{method} {path}", text));
            if (status >= 500 || (status >= 400 && (client == me.Management || client == me.Models)))
            {
                wrong.Add($"A list that is refused shows nothing: {method} {path}: {status} {text}");
            }
        }

        foreach (var probe in Probes(me, other))
        {
            var (status, text) = await SendAsync(probe.Client, probe.Method, probe.Path, probe.Body);
            wrong.AddRange(Seen(other.Marks, $"{probe.Method} {probe.Path}", text));
            if (!(status is >= 400 and < 500 || (probe.MaySucceed && status < 300)))
            {
                wrong.Add($"{probe.Method} {probe.Path}: {status} {text}");
            }

            var (ghostStatus, ghostText) = await SendAsync(probe.Client, probe.Method, probe.GhostPath, probe.GhostBody);
            if (status != ghostStatus || Plain(text, probe.Real) != Plain(ghostText, probe.Ghosts))
            {
                wrong.Add($"What is there is told apart from what is not: {probe.Method} {probe.Path}\n{status} {text}\n{probe.GhostPath}\n{ghostStatus} {ghostText}");
            }
        }

        Assert.True(wrong.Count == 0, $"{me.Name} looks at {other.Name}: {wrong.Count}\n{string.Join('\n', wrong.Take(15))}");
    }

    /// <summary>What lists whatever the caller may see.</summary>
    private IEnumerable<(HttpClient Client, string Method, string Path, string? Body)> Lists(Player me)
    {
        var group = arena.Hub.Id.Split("/providers")[0];
        var subscription = group.Split("/resourceGroups")[0];
        foreach (var path in (string[])
        [
            $"{me.Project}/connections{Ml}", $"{me.Project}/deployments{Ml}", $"{group}/providers/Microsoft.MachineLearningServices/workspaces{Ml}", $"{group}/resources?api-version=2024-07-01",
            $"{me.Project}{Ml}", $"{me.Project}/effectiveSettings{Ml}", $"{me.Project}/connectionAudit{Ml}", $"{me.Project}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01",
            $"{subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=resourceUri eq '{me.Project}'",
            $"{subscription}/providers/Atrium.Usage/rows?api-version=2026-11-01&project={me.Project}", $"{subscription}/providers/Atrium.Usage/totals?api-version=2026-11-01&by=tag&tag=team&project={me.Project}",
            $"{subscription}/providers/Microsoft.MachineLearningServices/workspaces{Ml}", $"{me.Project}/providers/Atrium.Authorization/access?api-version=2026-11-01",
            $"{subscription}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01", $"{me.Project}/providers/Microsoft.Authorization/policyAssignments?api-version=2023-04-01",
        ])
        {
            yield return (me.Management, "GET", path, null);
        }

        yield return (me.Management, "POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01", """{"query":"Resources"}""");
        yield return (me.Management, "POST", $"{me.Project}/providers/Microsoft.PolicyInsights/policyStates/latest/summarize?api-version=2019-10-01", "{}");
        foreach (var path in (string[])["/openai/v1/models", "/openai/v1/files", "/openai/v1/batches", "/openai/deployments?api-version=2023-03-15-preview", .. me.Services.Lists()])
        {
            yield return (me.Models, "GET", path, null);
        }

        yield return (me.Storage, "GET", $"{arena.Blobs}?comp=blobs&where=mark%3E%3D%27%27", null);
        yield return (me.Storage, "GET", $"{arena.Blobs}/{me.Container}?restype=container&comp=list&include=metadata,tags,snapshots,deleted,uncommittedblobs", null);
        yield return (me.Vault, "GET", $"{arena.Secrets}/keys{Kv}", null);
        yield return (me.Vault, "GET", $"{arena.Secrets}/deletedkeys{Kv}", null);

        yield return (me.Storage, "GET", $"{arena.Blobs}?comp=list", null);
        yield return (me.Shares, "GET", $"{arena.Shares}?comp=list", null);
        yield return (me.Shares, "GET", $"{arena.Shares}/{me.Share}?restype=directory&comp=list", null);
        yield return (me.Vault, "GET", $"{arena.Secrets}/secrets{Kv}", null);
        yield return (me.Vault, "GET", $"{arena.Secrets}/deletedsecrets{Kv}", null);
        yield return (me.Registry, "GET", "/registries/sharedregistry/v2/_catalog", null);
        yield return (me.Registry, "GET", "/registries/sharedregistry/acr/v1/_catalog", null);
    }

    /// <summary>What is the other one's, and beside it the same of what is nobody's.</summary>
    private IEnumerable<Probe> Probes(Player me, Player other)
    {
        foreach (var name in Player.Names)
        {
            foreach (var (method, rest) in ((string, string)[])[("GET", ""), ("DELETE", ""), ("POST", "/listsecrets"), ("POST", "/testconnection"), ("PUT", "")])
            {
                yield return Probe.Of(me.Management, method, $"{other.Project}/connections/{name}{rest}{Ml}", name, Ghost, method == "PUT" ? "{}" : null);
            }

            foreach (var method in (string[])["GET", "DELETE"])
            {
                yield return Probe.Of(me.Management, method, $"{other.Project}/deployments/{name}{Ml}", name, Ghost);
                yield return Probe.Of(me.Storage, method, $"{arena.Blobs}/{other.Container}/{name}", name, Ghost);
                yield return Probe.Of(me.Shares, method, $"{arena.Shares}/{other.Share}/{name}", name, Ghost);
                yield return Probe.Of(me.Vault, method, $"{arena.Secrets}/secrets/{other.Secret(name)}{Kv}", name, Ghost);
                yield return Probe.Of(me.Registry, method, $"/v2/{other.WorkspaceId}/{name}/manifests/latest", name, Ghost);
            }

            yield return Probe.Of(me.Vault, "GET", $"{arena.Secrets}/secrets/{other.Secret(name)}/versions{Kv}", name, Ghost);
            yield return Probe.Of(me.Vault, "GET", $"{arena.Secrets}/deletedsecrets/{other.Secret(name)}{Kv}", name, Ghost);
            yield return Probe.Of(me.Vault, "POST", $"{arena.Secrets}/secrets/{other.Secret(name)}/backup{Kv}", name, Ghost);
            foreach (var (method, rest, body) in ((string, string, string?)[])
                [("GET", "", null), ("DELETE", "", null), ("GET", "/versions", null), ("GET", "/rotationpolicy", null), ("POST", "/backup", null), ("POST", "/sign", """{"alg":"ES256","value":"AAAA"}"""), ("POST", "/create", """{"kty":"EC"}""")])
            {
                yield return Probe.Of(me.Vault, method, $"{arena.Secrets}/keys/{other.Secret(name)}{rest}{Kv}", name, Ghost, body);
            }

            foreach (var comp in (string[])["metadata", "tags", "blocklist&blocklisttype=all"])
            {
                yield return Probe.Of(me.Storage, "GET", $"{arena.Blobs}/{other.Container}/{name}?comp={comp}", name, Ghost);
            }

            foreach (var comp in (string[])["snapshot", "lease", "undelete", "tier"])
            {
                yield return Probe.Of(me.Storage, "PUT", $"{arena.Blobs}/{other.Container}/{name}?comp={comp}", name, Ghost);
            }

            yield return Probe.Of(me.Shares, "GET", $"{arena.Shares}/{other.Share}/{name}?comp=rangelist", name, Ghost);
            yield return Probe.Of(me.Shares, "PUT", $"{arena.Shares}/{other.Share}/{name}?comp=metadata", name, Ghost);
            yield return Probe.Of(me.Registry, "GET", $"/v2/{other.WorkspaceId}/{name}/tags/list", name, Ghost);
            yield return Probe.Of(me.Storage, "HEAD", $"{arena.Blobs}/{other.Container}/{name}", name, Ghost);
        }

        // The whole project, and a project that is nowhere.
        var nowhere = Guid.NewGuid().ToString();
        foreach (var (method, rest) in ((string, string)[])[("GET", ""), ("DELETE", ""), ("POST", "/listApiKeys"), ("GET", "/connections"), ("GET", "/deployments"), ("GET", "/effectiveSettings"), ("GET", "/connectionAudit")])
        {
            yield return Probe.Of(me.Management, method, $"{other.Project}{rest}{Ml}", other.Name, Ghost);
        }

        var subscription = arena.Hub.Id.Split("/resourceGroups")[0];
        foreach (var path in (string[])
        [
            $"/providers/Atrium.Usage/rows?api-version=2026-11-01&project={other.Project}", $"/providers/Atrium.Usage/totals?api-version=2026-11-01&by=tag&tag=team&project={other.Project}",
            $"/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=resourceUri eq '{other.Project}'",
        ])
        {
            yield return Probe.Of(me.Management, "GET", subscription + path, other.Name, Ghost) with { MaySucceed = true };
        }

        yield return Probe.Of(me.Management, "POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01", other.Name, Ghost, $$"""{"query":"Resources | where name == '{{other.Name}}'"}""") with { MaySucceed = true };
        yield return Probe.Of(me.Models, "GET", $"/api/projects/{other.Name}/openai/v1/models", other.Name, Ghost);
        yield return Probe.Of(me.Storage, "GET", $"{arena.Blobs}/{other.Container}?restype=container&comp=list", other.WorkspaceId, nowhere);
        yield return Probe.Of(me.Storage, "DELETE", $"{arena.Blobs}/{other.Container}?restype=container", other.WorkspaceId, nowhere);
        yield return Probe.Of(me.Shares, "GET", $"{arena.Shares}/{other.Share}?restype=directory&comp=list", other.WorkspaceId, nowhere);
        yield return Probe.Of(me.Shares, "DELETE", $"{arena.Shares}/{other.Share}?restype=share", other.WorkspaceId, nowhere);
        yield return Probe.Of(me.Registry, "GET", $"/v2/{other.WorkspaceId}/{Player.Names[0]}/manifests/latest", other.WorkspaceId, nowhere);

        foreach (var (collection, ids) in ((string, List<string>)[])[("files", other.Files), ("batches", other.Batches), ("responses", other.Responses), ("conversations", other.Conversations), ("chat/completions", other.Chats)])
        {
            foreach (var id in ids.TakeLast(2))
            {
                foreach (var (method, rest) in ((string, string)[])[("GET", ""), .. collection == "files" ? [("DELETE", ""), ("GET", "/content")] : collection == "batches" ? [("POST", "/cancel")] : collection == "conversations" ? [("DELETE", ""), ("GET", "/items")] : collection == "chat/completions" ? [("DELETE", ""), ("GET", "/messages")] : new (string, string)[] { ("DELETE", ""), ("GET", "/input_items") }])
                {
                    yield return Probe.Of(me.Models, method, $"/openai/v1/{collection}/{id}{rest}", id, ServiceThings.Nobodys(id));
                }
            }
        }

        foreach (var probe in me.Services.Probes(other.Services))
        {
            yield return probe;
        }

        foreach (var id in other.Files.TakeLast(1))
        {
            yield return Probe.Of(me.Models, "POST", "/openai/v1/batches", id, ServiceThings.Nobodys(id), $$"""{"input_file_id":"{{id}}","endpoint":"/v1/embeddings","completion_window":"24h"}""");
        }

        foreach (var id in other.Responses.TakeLast(1))
        {
            yield return Probe.Of(me.Models, "POST", "/openai/v1/responses", id, ServiceThings.Nobodys(id), $$"""{"model":"{{Arena.Chat}}","input":"go on","previous_response_id":"{{id}}"}""");
        }
    }

    private static string Plain(string text, string name) => text.Replace(name, "NAME", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Seen(IEnumerable<string> hidden, string call, string text) =>
        hidden.Where(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase)).Select(mark => $"{call} shows {mark}: {text}");

    /// <summary>Status, and all that an answer says: its body and its headers, without those that are new with each call.</summary>
    private static async Task<(int Status, string Text)> SendAsync(HttpClient client, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(client.BaseAddress!, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var answer = await client.SendAsync(request, Cancel);
        var text = new StringBuilder(await answer.Content.ReadAsStringAsync(Cancel)).AppendLine();
        foreach (var (name, values) in answer.Headers.Where(header => header.Key is not ("x-ms-request-id" or "apim-request-id" or "X-RequestId" or "x-ms-correlation-request-id" or "Date")).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            text.AppendLine($"{name}: {string.Join(',', values)}");
        }

        return ((int)answer.StatusCode, text.ToString());
    }
}
