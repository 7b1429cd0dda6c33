using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Conformance;

/// <summary>Plays examples of the resource API against the server: prepares what each presumes, sends it, compares by shape.</summary>
internal sealed partial class ExampleRun(HttpClient client, IReadOnlyList<ExampleCase> siblings)
{
    public async Task<Outcome> PlayAsync(ExampleCase example)
    {
        var (subscription, given) = (Guid.NewGuid().ToString(), Given.For(example));
        var own = new Substitutes(subscription, given);
        var values = own.In(example.Values);
        await client.CallAsync("PUT", $"/subscriptions/{subscription}?api-version=2024-07-01", new { displayName = example.OperationId });
        foreach (var group in Groups(values))
        {
            await client.CallAsync("PUT", $"/subscriptions/{subscription}/resourceGroups/{group}?api-version=2024-07-01", new { location = "local" });
        }

        if (await PrepareAsync(example, values, own) is { } unprepared)
        {
            return unprepared;
        }

        var answer = await SendAsync(example, values, values);
        if (!IsBuilt(answer))
        {
            return Outcome.NotBuilt(answer);
        }

        if (IsAccepted(answer) && (string?)(await client.WaitAsync(answer))["status"] is var ended and not "Succeeded")
        {
            return Outcome.Failed($"the operation ended {ended}");
        }

        return Compare(example, values, own, answer) is { } problem ? Outcome.Failed(problem) : Outcome.Passed;
    }

    private static string? Compare(ExampleCase example, JsonObject values, Substitutes own, Answer answer)
    {
        if (!example.Responses.ContainsKey($"{(int)answer.Status}"))
        {
            return $"status not among {string.Join(", ", example.Responses.Select(r => r.Key))}: {answer}";
        }

        var problems = example.ResponseSchema((int)answer.Status) is { } schema ? SchemaCheck.Check(schema.File, schema.Schema, answer.Body).ToList() : [];
        if (example.IsPut && example.HasBody && example.BodySchema is { } sent)
        {
            var published = own.In(example.PublishedBody((int)answer.Status));
            problems.AddRange(Echo(sent.File, sent.Schema, values[example.BodyName!]!.AsObject(), answer.Body, published, "$"));
        }

        if (example.IsAboutOne && (string?)answer.Body["id"] is { } id && !IsIdAt(id, Uri.UnescapeDataString(example.Path(values))))
        {
            problems.Add($"$.id is '{id}' and was asked for at '{example.Path(values)}'");
        }

        return problems.Count == 0 ? null : string.Join("; ", problems.Take(5)) + $" in {answer}";
    }

    /// <summary>Each value of the request that is neither read-only nor secret comes back, or as the published answer gives it.</summary>
    private static IEnumerable<string> Echo(SpecFile file, JsonObject schema, JsonObject sent, JsonObject got, JsonObject? published, string path)
    {
        foreach (var (name, owner, property) in SchemaCheck.Properties(file, schema).Where(p => sent[p.Name] is not null))
        {
            var (resolvedFile, resolved) = owner.Resolve(property);
            if ((bool?)property["readOnly"] == true || (bool?)resolved["readOnly"] == true || (bool?)resolved["x-ms-secret"] == true || name is "credentials")
            {
                continue;
            }

            if (sent[name] is JsonObject nested)
            {
                foreach (var problem in got[name] is JsonObject back ? Echo(resolvedFile, resolved, nested, back, published?[name] as JsonObject, $"{path}.{name}") : [$"{path}.{name} does not come back"])
                {
                    yield return problem;
                }
            }
            else if (sent[name] is JsonValue value && !IsSame(value, got[name]) && !IsSame(published?[name], got[name]))
            {
                yield return $"{path}.{name} was '{value}' and is '{got[name]}'";
            }
        }
    }

    /// <summary>An id is the path that was asked for; the one of access policies is published without its end.</summary>
    private static bool IsIdAt(string id, string path) =>
        id.Equals(path, StringComparison.OrdinalIgnoreCase) || (id.EndsWith('/') && path.StartsWith(id, StringComparison.OrdinalIgnoreCase));

    private static bool IsSame(JsonNode? one, JsonNode? other) => one is not null && one.ToString().Equals(other?.ToString(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes what the path presumes: every resource it leads through, from that resource's own published PUT, and what is given beside.</summary>
    private async Task<Outcome?> PrepareAsync(ExampleCase example, JsonObject values, Substitutes own)
    {
        var makers = Makers(example).ToList();
        foreach (var maker in makers.Where(m => m.Template != example.Template))
        {
            if (await MakeAsync(example, maker, values, own) is { } failure)
            {
                return failure;
            }
        }

        foreach (var (method, path, body) in own.Given.Calls)
        {
            if (await SettleAsync(await client.CallAsync(method, own.Fill(path, values), body is null ? null : own.Fill(body, values)), $"{method} {path}") is { } failure)
            {
                return failure;
            }
        }

        return makers.Find(m => m.Template == example.Template) is { } itself ? await MakeAsync(example, itself, values, own) : null;
    }

    private async Task<Outcome?> MakeAsync(ExampleCase example, ExampleCase maker, JsonObject values, Substitutes own)
    {
        var failure = await SettleAsync(await SendAsync(maker, values, own.In(maker.Values)), maker.Name);
        if (failure is null && IsAboutDeleted(example))
        {
            failure = await SettleAsync(await client.CallAsync("DELETE", $"{maker.Path(values)}?api-version={values["api-version"]}"), $"DELETE of {maker.Name}");
        }

        return failure;
    }

    /// <summary>Null when a preparing call did what it should.</summary>
    private async Task<Outcome?> SettleAsync(Answer answer, string what)
    {
        if (!IsBuilt(answer))
        {
            return Outcome.NotBuilt(answer);
        }

        if (IsAccepted(answer))
        {
            await client.WaitAsync(answer);
        }

        return answer.Message.IsSuccessStatusCode ? null : Outcome.Failed($"{what} prepares it and failed: {answer}");
    }

    private IEnumerable<ExampleCase> Makers(ExampleCase example)
    {
        if (IsAboutDeleted(example))
        {
            return siblings.Where(s => s.IsPut && s.Template.EndsWith(example.Template[(example.Template.LastIndexOf('/') + 1)..], StringComparison.Ordinal)).Take(1);
        }

        return siblings
            .Where(s => s.IsPut && s.HasBody && (example.Template.StartsWith(s.Template + "/", StringComparison.Ordinal) || (s.Template == example.Template && !example.IsPut)))
            .GroupBy(s => s.Template)
            .OrderBy(g => g.Key.Length)
            .Select(g => g.First());
    }

    private Task<Answer> SendAsync(ExampleCase what, JsonObject pathValues, JsonObject bodyValues) => client.CallAsync(
        what.Method,
        what.Path(pathValues) + what.Query(pathValues),
        what.HasBody ? bodyValues[what.BodyName!]!.ToJsonString() : null,
        [.. what.Headers.Where(h => h.Name.StartsWith("If-", StringComparison.OrdinalIgnoreCase))]);

    private static bool IsBuilt(Answer answer) => (int)answer.Status != 501 && answer.ErrorCode is not "InvalidResourceType";

    private static bool IsAccepted(Answer answer) => answer.Status is HttpStatusCode.Accepted && answer.Message.Headers.Contains("Azure-AsyncOperation");

    private static bool IsAboutDeleted(ExampleCase example) => example.Template.Contains("/deleted", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Groups(JsonObject values) => ((string?[])[(string?)values["resourceGroupName"], GroupInId().Match((string?)values["scope"] ?? "").Groups[1].Value])
        .OfType<string>()
        .Where(group => group.Length > 0);

    [GeneratedRegex("resourceGroups/([^/]+)")]
    private static partial Regex GroupInId();
}
