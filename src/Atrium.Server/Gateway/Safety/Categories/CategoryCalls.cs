using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;
using Atrium.Server.Models;
using Microsoft.AspNetCore.Http.Features;

namespace Atrium.Server.Gateway.Safety.Categories;

/// <summary>Custom categories (Content Safety 2024-02-15-preview and 2024-09-15-preview): versions that are taught by examples, and texts judged by them.</summary>
internal sealed partial class CategoryCalls(
    CategoryState state, CategoryStore store, CategoryInput input, JobStore jobs, JobRunner runner, EmbeddedEngines engines, SafetyUpstream upstream, Metering metering, TimeProvider clock)
{
    public static readonly GatewayOperation Read = new("text/categories.read", "text/categories", CategoryVersion.ActionOf("read"), null);
    public static readonly GatewayOperation Write = new("text/categories.write", "text/categories", CategoryVersion.ActionOf("write"), null);
    public static readonly GatewayOperation Delete = new("text/categories.delete", "text/categories", CategoryVersion.ActionOf("delete"), null);

    public static readonly GatewayOperation Analyze = new(
        "text:analyzeCustomCategory", "text:analyzeCustomCategory", "Microsoft.CognitiveServices/accounts/ContentSafety/text:analyzecustomcategory/action", null);

    private const int LongestDefinition = 1_000;
    private const int LargestPage = 100;

    public async Task PutAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var name = NameOf(call);
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var problems = new List<Problem>();

        // The others are told by answers, and taken back with them.
        UnknownMembers.Refuse(body.RootElement, "", ["categoryName", "definition", "sampleBlobUrl", "version", "status", "createdTime", "sampleBlobSnapshotUrl", "errorMessage"], problems);
        if (body.RootElement.Text("categoryName", problems) is { } inBody && !inBody.Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new("categoryName", $"'categoryName' is '{inBody}', and '{name}' in the path. Leave it out, or give the same."));
        }

        var definition = body.RootElement.Text("definition", problems);
        if (string.IsNullOrWhiteSpace(definition) || definition.Length > LongestDefinition)
        {
            problems.Add(new("definition", $"'definition' is required: what the category is, in at most {LongestDefinition} characters.", ProblemCodes.Required));
        }

        var url = body.RootElement.Text("sampleBlobUrl", problems);
        if (string.IsNullOrEmpty(url))
        {
            problems.Add(new("sampleBlobUrl", "'sampleBlobUrl' is required: where the examples are, as JSON lines.", ProblemCodes.Required));
        }

        SafetyProblems.Refuse(problems);
        var samples = CategorySamples.Read(await ReadAsync(call, url!, cancellationToken), problems);
        SafetyProblems.Refuse(problems);
        var added = await store.AddAsync(call, name, definition!, CategoryInput.Shown(url!), samples, cancellationToken);
        await AnswerAsync(call, StatusCodes.Status201Created, added.View(), cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var (name, number) = (NameOf(call), NumberOf(call));
        var versions = (await state.SeenByAsync(call, cancellationToken))[name].Where(known => known.Version.Number == (number ?? known.Version.Number)).ToList();
        if (versions.Count == 0)
        {
            throw Missing(name, number);
        }

        await AnswerAsync(call, StatusCodes.Status200OK, new() { ["value"] = new JsonArray([.. versions.Select(known => known.Version.View())]) }, cancellationToken);
    }

    /// <summary>The latest version of each.</summary>
    public async Task ListAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var (skip, top, size) = (Whole(call, "skip") ?? 0, Whole(call, "top"), Math.Clamp(Whole(call, "maxpagesize") ?? LargestPage, 1, LargestPage));
        var latest = (await state.SeenByAsync(call, cancellationToken)).Select(versions => versions.Last().Version).OrderBy(version => version.Name, StringComparer.OrdinalIgnoreCase).Skip(skip).ToList();
        var take = Math.Min(top ?? int.MaxValue, size);
        var answer = new JsonObject { ["value"] = new JsonArray([.. latest.Take(take).Select(version => version.View())]) };
        if (latest.Count > take && take < (top ?? int.MaxValue))
        {
            answer["nextLink"] = $"{AddressOf(call)}text/categories?api-version={SafetyVersions.Of(call.Http)}&maxpagesize={size}&skip={skip + take}{(top is null ? "" : $"&top={top - take}")}";
        }

        await AnswerAsync(call, StatusCodes.Status200OK, answer, cancellationToken);
    }

    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(call, NameOf(call), NumberOf(call), cancellationToken);
        await AnswerAsync(call, StatusCodes.Status204NoContent, null, cancellationToken);
    }

    public async Task BuildAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var (name, number) = (NameOf(call), NumberOf(call) ?? throw ApiException.BadRequest("InvalidRequestParameter", "The query parameter 'version' is required: which version is to be built.", "version"));
        var id = CategoryVersion.IdOf(call.Owner.Id, name, number);
        _ = await store.FindAsync(id, cancellationToken) ?? throw Missing(name, number);
        var operation = JobIds.New(clock.GetUtcNow());
        var view = new JsonObject { ["id"] = operation, ["status"] = CategoryVersion.NotStarted };
        await jobs.AddAsync(call.Owner, CategoryBuild.Kind, operation, call.CallerName, view, new() { ["version"] = id.Text }, cancellationToken);
        runner.Wake();
        call.Http.Response.Headers["operation-id"] = operation;
        call.Http.Response.Headers["operation-location"] = $"{AddressOf(call)}text/categories/operations/{operation}?api-version={SafetyVersions.Of(call.Http)}";
        await AnswerAsync(call, StatusCodes.Status202Accepted, view, cancellationToken);
    }

    public async Task GetOperationAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = (string)call.Http.Request.RouteValues["operation"]!;
        var job = (JobIds.IsId(id) ? await jobs.FindAsync(call.Owner, CategoryBuild.Kind, id, cancellationToken) : null) ?? throw ApiException.NotFound("ResourceNotFound", $"There is no operation '{id}'.");
        var view = job.View.DeepClone().AsObject();
        view.Remove("endedAt");
        await AnswerAsync(call, StatusCodes.Status200OK, view, cancellationToken);
    }

    public async Task AnalyzeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        if (await upstream.TryAnswerAsync(call, Analyze, body.RootElement, cancellationToken))
        {
            return;
        }

        var problems = new List<Problem>();
        UnknownMembers.Refuse(body.RootElement, "", ["text", "categoryName", "version"], problems);
        var text = SafetyText.Read(body.RootElement, "text", problems);
        var name = body.RootElement.Text("categoryName", problems);
        if (string.IsNullOrEmpty(name))
        {
            problems.Add(new("categoryName", "'categoryName' is required.", ProblemCodes.Required));
        }

        var number = body.RootElement.Whole("version", 1, int.MaxValue, problems);
        SafetyProblems.Refuse(problems);
        var category = await FindAsync(call, name!, number, cancellationToken);
        call.ModelName = "atrium-custom-category";
        call.TokensIn = 1;
        using var embedder = await engines.EmbedderAsync(cancellationToken);
        var detected = await category.MatchesAsync(text!, embedder.Model, call.Lane, cancellationToken);
        await AnswerAsync(call, StatusCodes.Status200OK, new() { ["customCategoryAnalysis"] = new JsonObject { ["detected"] = detected } }, cancellationToken);
    }

    /// <summary>The version that is asked for, else the latest that has been built.</summary>
    private async Task<Atrium.Inference.CustomCategories.CustomCategory> FindAsync(GatewayCall call, string name, int? number, CancellationToken cancellationToken)
    {
        var versions = (await state.SeenByAsync(call, cancellationToken))[name].ToList();
        var found = number is null ? versions.LastOrDefault(known => known.Category is not null) ?? versions.LastOrDefault() : versions.Find(known => known.Version.Number == number);
        return found is null
            ? throw Missing(name, number)
            : found.Category ?? throw ApiException.BadRequest("CategoryNotBuilt", $"Version {found.Version.Number} of the category '{name}' has not been built (status {found.Version.Status}).", "categoryName");
    }

    private async Task<byte[]> ReadAsync(GatewayCall call, string url, CancellationToken cancellationToken)
    {
        try
        {
            return await input.ReadAsync(call.Owner, url, cancellationToken);
        }
        catch (FetchRefusedException refused)
        {
            throw ApiException.BadRequest("InvalidSampleBlobUrl", $"The examples are not accessible. {refused.Message}", "sampleBlobUrl");
        }
    }

    private static string NameOf(GatewayCall call)
    {
        var name = (string)call.Http.Request.RouteValues["category"]!;
        return Names().IsMatch(name)
            ? name
            : throw ApiException.BadRequest("InvalidResourceName", $"'{name}' is no name for a category: it needs 1 to 64 letters, digits, dots, underscores, tildes or hyphens.", "categoryName");
    }

    private static int? NumberOf(GatewayCall call) => Whole(call, "version");

    private static int? Whole(GatewayCall call, string name) => call.Http.Request.Query[name].FirstOrDefault() is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.BadRequest("InvalidRequestParameter", $"'{name}' must be a whole number; found '{text}'.", name);

    private static ApiException Missing(string name, int? number) =>
        ApiException.NotFound("ResourceNotFound", number is null ? $"There is no category '{name}' here." : $"There is no version {number} of a category '{name}' here.");

    /// <summary>Of the service, as the client wrote it.</summary>
    private static string AddressOf(GatewayCall call)
    {
        var path = call.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return $"{call.Http.Request.Scheme}://{call.Http.Request.Host}{path[..path.IndexOf("/text/", StringComparison.OrdinalIgnoreCase)]}/";
    }

    private async Task AnswerAsync(GatewayCall call, int status, JsonObject? answer, CancellationToken cancellationToken)
    {
        metering.Record(call, status);
        call.Http.Response.StatusCode = status;
        if (answer is not null)
        {
            call.Http.Response.ContentType = "application/json; charset=utf-8";
            await call.Http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._~-]{1,64}$")]
    private static partial Regex Names();
}
