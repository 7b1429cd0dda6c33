using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Conformance;

/// <summary>Plays one example of the resource API against the server: prepares what it presumes, sends it, compares by shape.</summary>
internal sealed class ExampleRun(HttpClient client, IReadOnlyList<ExampleCase> siblings)
{
    private static readonly int[] Made = [200, 201, 202];

    /// <summary>What the server did wrong; null when it answered as published. An operation that is not built says so by 501.</summary>
    public async Task<(bool IsBuilt, string? Problem)> PlayAsync(ExampleCase example)
    {
        var subscription = Guid.NewGuid().ToString();
        var values = Localize(example, subscription);
        await client.CallAsync("PUT", $"/subscriptions/{subscription}?api-version=2024-07-01", new { displayName = example.OperationId });
        foreach (var group in Groups(values))
        {
            await client.CallAsync("PUT", $"/subscriptions/{subscription}/resourceGroups/{group}?api-version=2024-07-01", new { location = "local" });
        }

        if (await PrepareAsync(example, values) is { } unprepared)
        {
            return unprepared;
        }

        var answer = await SendAsync(example, example, values);
        if ((int)answer.Status == 501 || answer.ErrorCode == "InvalidResourceType")
        {
            return (false, $"not built: {answer}");
        }

        if (answer.Status is HttpStatusCode.Accepted && answer.Message.Headers.Contains("Azure-AsyncOperation")
            && (string?)(await client.WaitAsync(answer))["status"] is var ended and not "Succeeded")
        {
            return (true, $"the operation ended {ended}");
        }

        return (true, Compare(example, values, answer));
    }

    private static string? Compare(ExampleCase example, JsonObject values, Answer answer)
    {
        if (!example.Responses.ContainsKey($"{(int)answer.Status}"))
        {
            return $"status not among {string.Join(", ", example.Responses.Select(r => r.Key))}: {answer}";
        }

        var problems = example.ResponseSchema((int)answer.Status) is { } schema ? SchemaCheck.Check(schema.File, schema.Schema, answer.Body).ToList() : [];
        if (example.IsPut && example.Body is JsonObject && example.BodySchema is { } sent)
        {
            var body = values.First(v => JsonNode.DeepEquals(v.Value, values[v.Key]) && v.Value is JsonObject o && o.ContainsKey("properties")).Value!.AsObject();
            problems.AddRange(Echo(sent.File, sent.Schema, body, answer.Body, "$"));
        }

        return problems.Count == 0 ? null : string.Join("; ", problems.Take(5)) + $" in {answer}";
    }

    /// <summary>Each value of the request that is neither read-only nor secret comes back.</summary>
    private static IEnumerable<string> Echo(SpecFile file, JsonObject schema, JsonObject sent, JsonObject got, string path)
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
                foreach (var problem in got[name] is JsonObject back ? Echo(resolvedFile, resolved, nested, back, $"{path}.{name}") : [$"{path}.{name} does not come back"])
                {
                    yield return problem;
                }
            }
            else if (sent[name] is JsonValue value && got[name]?.ToString().Equals(value.ToString(), StringComparison.OrdinalIgnoreCase) != true)
            {
                yield return $"{path}.{name} was '{value}' and is '{got[name]}'";
            }
        }
    }

    /// <summary>Makes what the path presumes: every resource it leads through, from that resource's own published PUT.</summary>
    private async Task<(bool, string?)?> PrepareAsync(ExampleCase example, JsonObject values)
    {
        foreach (var maker in Makers(example))
        {
            var made = await SendAsync(maker, example, Localize(maker, (string)values["subscriptionId"]!), values);
            if ((int)made.Status == 501 || made.ErrorCode == "InvalidResourceType")
            {
                return (false, $"not built: {made}");
            }

            if (!Made.Contains((int)made.Status))
            {
                return (true, $"{maker.Name} prepares it and failed: {made}");
            }

            if (made.Status is HttpStatusCode.Accepted)
            {
                await client.WaitAsync(made);
            }

            if (example.Template.Contains("/deleted", StringComparison.OrdinalIgnoreCase))
            {
                var path = maker.Path(values) + "?api-version=" + (string)example.Values["api-version"]!;
                var gone = await client.CallAsync("DELETE", path);
                if (gone.Status is HttpStatusCode.Accepted)
                {
                    await client.WaitAsync(gone);
                }
            }
        }

        return null;
    }

    private IEnumerable<ExampleCase> Makers(ExampleCase example)
    {
        if (example.Template.Contains("/deleted", StringComparison.OrdinalIgnoreCase))
        {
            return siblings.Where(s => s.IsPut && s.Template.EndsWith(example.Template[(example.Template.LastIndexOf('/') + 1)..], StringComparison.Ordinal)).Take(1);
        }

        return siblings
            .Where(s => s.IsPut && s.Body is not null && (example.Template.StartsWith(s.Template + "/", StringComparison.Ordinal) || (s.Template == example.Template && !example.IsPut)))
            .GroupBy(s => s.Template)
            .OrderBy(g => g.Key.Length)
            .Select(g => g.First());
    }

    private Task<Answer> SendAsync(ExampleCase what, ExampleCase asked, JsonObject bodyValues, JsonObject? pathValues = null)
    {
        pathValues ??= bodyValues;
        if (!pathValues.ContainsKey("api-version"))
        {
            pathValues["api-version"] = asked.Values["api-version"]?.DeepClone();
        }

        var body = what.Body is null ? null : bodyValues.First(v => v.Value is not null && what.Values[v.Key] == what.Body).Value!.ToJsonString();
        return client.CallAsync(what.Method, what.Path(pathValues) + what.Query(pathValues), body, [.. what.Headers.Where(h => h.Name.StartsWith("If-", StringComparison.OrdinalIgnoreCase))]);
    }

    /// <summary>The example's values with our subscription in place of theirs, everywhere.</summary>
    private static JsonObject Localize(ExampleCase example, string subscription)
    {
        var text = example.Values.ToJsonString();
        if ((string?)example.Values["subscriptionId"] is { Length: > 0 } theirs)
        {
            text = text.Replace(theirs, subscription, StringComparison.OrdinalIgnoreCase);
        }

        var values = JsonNode.Parse(text)!.AsObject();
        values["subscriptionId"] = subscription;
        if (values.ContainsKey("scope"))
        {
            values["scope"] = $"subscriptions/{subscription}";
        }

        return values;
    }

    private static IEnumerable<string> Groups(JsonObject values) =>
        values.Where(v => v.Key is "resourceGroupName").Select(v => (string)v.Value!).Distinct(StringComparer.OrdinalIgnoreCase);
}
