using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.CustomCategories;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Safety.Categories;

/// <summary>Teaches a version of a category its examples. After a crash it begins again; the same examples give the same category.</summary>
internal sealed class CategoryBuild(CategoryStore categories, EmbeddedEngines engines, TimeProvider clock) : IJobKind
{
    public const string Kind = "categorybuilds";
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public string Name => Kind;

    /// <summary>One holds a core while it learns.</summary>
    public int AtOnce => 1;

    public DateTimeOffset? KeptUntil(JsonObject view) => view["endedAt"] is { } ended ? ended.GetValue<DateTimeOffset>() + Kept : null;

    public void GiveUp(JsonObject view, DateTimeOffset now) => End(view, CategoryVersion.Failed, "InternalServerError", "The server could not build the category.");

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        await run.ChangeAsync(view => view["status"] = CategoryVersion.Running, cancellationToken);
        var id = ResourceId.Parse((string)run.Job.Request["version"]!);
        if (await categories.ChangeAsync(id, found => found with { Status = CategoryVersion.Running, Error = null }, cancellationToken) is not { } version)
        {
            return view => End(view, CategoryVersion.Failed, "CategoryNotFound", "The version was deleted before it was built.");
        }

        try
        {
            var samples = await categories.SamplesAsync(version, cancellationToken);
            using var embedder = await engines.EmbedderAsync(cancellationToken);
            var learned = (await CustomCategory.LearnAsync(samples, embedder.Model, cancellationToken)).ToBytes();
            await categories.ChangeAsync(id, found => found with { Status = CategoryVersion.Succeeded, Learned = learned }, cancellationToken);
            return view => End(view, CategoryVersion.Succeeded, null, null);
        }
        catch (ApiException unable) when (unable.Status == StatusCodes.Status503ServiceUnavailable)
        {
            await categories.ChangeAsync(id, found => found with { Status = CategoryVersion.Failed, Error = unable.Message }, cancellationToken);
            return view => End(view, CategoryVersion.Failed, unable.Code, unable.Message);
        }
    }

    private void End(JsonObject view, string status, string? code, string? message)
    {
        (view["status"], view["endedAt"]) = (status, clock.GetUtcNow());
        if (code is not null)
        {
            view["error"] = new JsonObject { ["code"] = code, ["message"] = message };
        }
    }
}
