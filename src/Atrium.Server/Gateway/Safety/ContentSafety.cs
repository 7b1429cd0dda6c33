using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Inference;
using Atrium.Inference.Blocklists;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Content Safety: <c>text:analyze</c>, <c>text:shieldPrompt</c> and <c>text:detectJailbreak</c> (published api-versions 2023-10-01 to 2024-09-01).</summary>
internal sealed class ContentSafety(EmbeddedEngines engines, BlocklistState lists, BlocklistMatchers matchers, SafetyUpstream upstream, Metering metering)
{
    /// <summary>As published.</summary>
    private const int MostDocuments = 5;

    public async Task AnalyzeTextAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        if (await upstream.TryAnswerAsync(call, GatewayOperation.AnalyzeText, body, cancellationToken))
        {
            return;
        }

        call.ModelName = "atrium-text-safety";
        var problems = new List<Problem>();
        UnknownMembers.Refuse(body, "", ["text", "categories", "blocklistNames", "haltOnBlocklistHit", "outputType"], problems);
        var text = SafetyText.Read(body, "text", problems);
        var wanted = CategoryList.Read(body, problems);
        var output = body.Text("outputType", problems) ?? "FourSeverityLevels";
        if (output is not ("FourSeverityLevels" or "EightSeverityLevels"))
        {
            problems.Add(new("outputType", "'outputType' must be FourSeverityLevels or EightSeverityLevels."));
        }

        var names = ReadNames(body, problems);
        var halts = body.Flag("haltOnBlocklistHit", problems) ?? false;
        SafetyProblems.Refuse(problems);
        var hits = await MatchAsync(call, names, text!, cancellationToken);
        var analysis = halts && hits.Count > 0 ? [] : await JudgeAsync(text!, call.Lane, wanted, isCoarse: output is "FourSeverityLevels", cancellationToken);
        await AnswerAsync(call, new() { ["blocklistsMatch"] = hits, ["categoriesAnalysis"] = analysis }, cancellationToken);
    }

    /// <summary>What of the named lists stands in the text, list by list.</summary>
    private async Task<JsonArray> MatchAsync(GatewayCall call, IReadOnlyList<string> names, string text, CancellationToken cancellationToken)
    {
        var hits = new JsonArray();
        var seen = names.Count == 0 ? null : (await lists.ReadAsync(cancellationToken)).SeenBy(call);
        foreach (var list in names.Select(name => seen!.GetValueOrDefault(name) ?? throw ApiException.NotFound("ResourceNotFound", $"There is no blocklist '{name}' here ('blocklistNames').")).ToList())
        {
            var matcher = await matchers.GetAsync(list, cancellationToken);
            foreach (var term in Find(matcher, list, text))
            {
                hits.Add(new JsonObject { ["blocklistName"] = list.Name, ["blocklistItemId"] = term.Id, ["blocklistItemText"] = term.Text });
            }
        }

        return hits;
    }

    private static IReadOnlyList<BlockedTerm> Find(BlocklistMatcher matcher, Blocklist list, string text)
    {
        try
        {
            return matcher.Find(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw ApiException.BadRequest("BlocklistTooSlow", $"The regular expressions of the blocklist '{list.Name}' take too long on this text. Write them simpler.", "blocklistNames");
        }
    }

    private async Task<JsonArray> JudgeAsync(string text, string lane, IReadOnlyList<HarmCategory> wanted, bool isCoarse, CancellationToken cancellationToken)
    {
        using var safety = await engines.SafetyAsync(cancellationToken);
        var severities = await safety.Model.AnalyzeAsync(text, lane, cancellationToken);
        return [.. wanted.Select(c => new JsonObject { ["category"] = c.ToString(), ["severity"] = isCoarse ? severities[c] / 2 * 2 : severities[c] })];
    }

    public async Task ShieldPromptAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        if (await upstream.TryAnswerAsync(call, GatewayOperation.ShieldPrompt, body, cancellationToken))
        {
            return;
        }

        call.ModelName = "atrium-prompt-shield";
        var problems = new List<Problem>();
        UnknownMembers.Refuse(body, "", ["userPrompt", "documents"], problems);
        var prompt = body.TryGetProperty("userPrompt", out var given) && given.ValueKind is not JsonValueKind.Null ? SafetyText.Read(body, "userPrompt", problems, mayBeEmpty: true) : null;
        var documents = ReadDocuments(body, problems);
        if (prompt is null && documents.Count == 0 && problems.Count == 0)
        {
            problems.Add(new("userPrompt", "'userPrompt' or 'documents' is required.", ProblemCodes.Required));
        }

        SafetyProblems.Refuse(problems);
        using var lease = await engines.ShieldAsync(cancellationToken);
        var shield = lease.Model;
        var answer = new JsonObject();
        if (prompt is not null)
        {
            answer["userPromptAnalysis"] = await InspectAsync(shield, prompt, isDocument: false, call.Lane, cancellationToken);
        }

        var analyses = new JsonArray();
        foreach (var document in documents)
        {
            analyses.Add(await InspectAsync(shield, document, isDocument: true, call.Lane, cancellationToken));
        }

        answer["documentsAnalysis"] = analyses;
        await AnswerAsync(call, answer, cancellationToken);
    }

    /// <summary>The prompt shield's judgement under its former name (2023-10-15-preview, 2024-02-15-preview).</summary>
    public async Task DetectJailbreakAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        if (await upstream.TryAnswerAsync(call, GatewayOperation.DetectJailbreak, body, cancellationToken))
        {
            return;
        }

        call.ModelName = "atrium-prompt-shield";
        var problems = new List<Problem>();
        UnknownMembers.Refuse(body, "", ["text"], problems);
        var text = SafetyText.Read(body, "text", problems);
        SafetyProblems.Refuse(problems);
        using var shield = await engines.ShieldAsync(cancellationToken);
        var judged = await InspectAsync(shield.Model, text!, isDocument: false, call.Lane, cancellationToken);
        await AnswerAsync(call, new() { ["jailbreakAnalysis"] = new JsonObject { ["detected"] = judged["attackDetected"]!.DeepClone() } }, cancellationToken);
    }

    private static async ValueTask<JsonNode> InspectAsync(IPromptShield shield, string text, bool isDocument, string lane, CancellationToken cancellationToken) =>
        new JsonObject { ["attackDetected"] = text.Length > 0 && (await shield.InspectAsync(text, isDocument, lane, cancellationToken)).AttackDetected };

    private Task AnswerAsync(GatewayCall call, JsonObject answer, CancellationToken cancellationToken)
    {
        call.TokensIn = 1;
        return metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    private static List<string> ReadDocuments(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("documents", out var documents) || documents.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        if (documents.ValueKind is JsonValueKind.Array && documents.GetArrayLength() <= MostDocuments && documents.EnumerateArray().All(d => d.ValueKind is JsonValueKind.String)
            && documents.EnumerateArray().Sum(d => SafetyText.Length(d.GetString()!)) <= SafetyText.Longest)
        {
            return [.. documents.EnumerateArray().Select(d => d.GetString()!)];
        }

        problems.Add(new("documents", $"'documents' must be a list of at most {MostDocuments} strings with at most {SafetyText.Longest} characters together."));
        return [];
    }

    /// <summary>Each list once, in the order given.</summary>
    private static IReadOnlyList<string> ReadNames(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("blocklistNames", out var names) || names.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        if (names.ValueKind is JsonValueKind.Array && names.EnumerateArray().All(n => n.ValueKind is JsonValueKind.String))
        {
            return [.. names.EnumerateArray().Select(n => n.GetString()!).Distinct(StringComparer.OrdinalIgnoreCase)];
        }

        problems.Add(new("blocklistNames", "'blocklistNames' must be a list of names of blocklists."));
        return [];
    }
}
