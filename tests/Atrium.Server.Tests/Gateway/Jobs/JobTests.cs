using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Resources;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway.Jobs;

/// <summary>What holds for jobs of every kind, with a kind of the test's own.</summary>
public sealed class JobTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
    private readonly ScriptedKind kind = new();
    private HubServer hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private JobStore Jobs => hub.Services.GetRequiredService<JobStore>();

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(
            configure: builder =>
            {
                OpenHouse.Configure(builder);
                builder.Services.AddJobKind<ScriptedKind>(ScriptedKind.Kind).AddSingleton(kind);
            },
            settings: ["--Models:Warm", "false"]);
        await NewHub.MakeAsync(hub.Client, group);
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task A_job_is_done_and_what_it_wrote_is_seen_with_its_end()
    {
        kind.Script = (run, _) =>
        {
            File.WriteAllText(Path.Combine(run.Folder, "result"), (string)run.Job.Request["word"]!);
            return Task.FromResult<Action<JsonObject>>(view => view["status"] = "done");
        };
        var owner = await OwnerAsync("one");
        await AddAsync(owner, "first", new() { ["word"] = "hello" });
        var job = await EndedAsync(owner, "first");
        Assert.Equal("done", (string?)job.View["status"]);
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(hub.Services.GetRequiredService<JobFolders>().Of(job), "result"), Cancel));
        Assert.Empty(await Jobs.QueueAsync(Cancel));
    }

    [Fact]
    public async Task An_id_is_taken_once_and_the_same_id_of_another_owner_is_another_job()
    {
        var (one, two) = (await OwnerAsync("one"), await OwnerAsync("two"));
        Assert.True(await AddAsync(one, "same"));
        Assert.False(await AddAsync(one, "same"));
        Assert.True(await AddAsync(two, "same"));
        await EndedAsync(one, "same");
        await EndedAsync(two, "same");
        await Jobs.RemoveAsync((await Jobs.FindAsync(one, ScriptedKind.Kind, "same", Cancel))!, Cancel);
        Assert.Equal([], await Jobs.ListAsync(one, ScriptedKind.Kind, Cancel));
        Assert.Single(await Jobs.ListAsync(two, ScriptedKind.Kind, Cancel));
    }

    [Fact]
    public async Task An_owner_with_many_jobs_does_not_keep_another_waiting()
    {
        var (busy, other) = (await OwnerAsync("busy"), await OwnerAsync("other"));
        var gate = new SemaphoreSlim(0);
        var order = new ConcurrentQueue<string>();
        kind.Script = async (run, token) =>
        {
            order.Enqueue(run.Job.Id);
            await gate.WaitAsync(token);
            return view => view["status"] = "done";
        };
        for (var i = 0; i < 4; i++)
        {
            await AddAsync(busy, $"busy-{i}");
        }

        await UntilAsync(() => order.Count == kind.AtOnce);
        await AddAsync(other, "other");
        gate.Release();
        await UntilAsync(() => order.Count == kind.AtOnce + 1);
        Assert.Equal("other", order.Last());
        gate.Release(10);
        await EndedAsync(busy, "busy-3");
    }

    [Fact]
    public async Task A_job_ends_early_when_its_kind_says_so_and_at_once_when_it_is_removed()
    {
        var owner = await OwnerAsync("early");
        var ended = new ConcurrentQueue<string>();
        kind.Script = async (run, token) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            catch (OperationCanceledException) when (run.EndsEarly is not null)
            {
                return view => view["status"] = run.EndsEarly;
            }
            finally
            {
                ended.Enqueue(run.Job.Id);
            }

            return _ => { };
        };
        await AddAsync(owner, "cancelled");
        await AddAsync(owner, "removed");
        await Jobs.ChangeAsync((await Jobs.FindAsync(owner, ScriptedKind.Kind, "cancelled", Cancel))!.Row.Key, view => { view["cancel"] = true; return true; }, isEnd: false, Cancel);
        Assert.Equal("cancelled", (string?)(await EndedAsync(owner, "cancelled")).View["status"]);
        await Jobs.RemoveAsync((await Jobs.FindAsync(owner, ScriptedKind.Kind, "removed", Cancel))!, Cancel);
        await UntilAsync(() => ended.Contains("removed"));
        Assert.Null(await Jobs.FindAsync(owner, ScriptedKind.Kind, "removed", Cancel));
    }

    [Fact]
    public async Task A_job_that_breaks_down_is_tried_again()
    {
        var owner = await OwnerAsync("broken");
        var tries = 0;
        kind.Script = (_, _) => ++tries < 3 ? throw new InvalidOperationException("broken") : Task.FromResult<Action<JsonObject>>(view => view["status"] = "done");
        await AddAsync(owner, "job");
        Assert.Equal("done", (string?)(await EndedAsync(owner, "job")).View["status"]);
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task A_job_with_more_to_do_later_leaves_its_place_to_others_until_then()
    {
        var owner = await OwnerAsync("again");
        var runs = new ConcurrentQueue<(string Id, DateTimeOffset At)>();
        kind.Script = (run, _) =>
        {
            var isFirst = run.Job.View["seen"] is null && run.Job.Id != "other";
            runs.Enqueue((run.Job.Id, TimeProvider.System.GetUtcNow()));
            run.AgainAt = isFirst ? TimeProvider.System.GetUtcNow() + (run.Job.Id == "soon" ? Soon : TimeSpan.FromHours(1)) : null;
            return Task.FromResult<Action<JsonObject>>(view => view[isFirst ? "seen" : "status"] = "done");
        };
        await AddAsync(owner, "one");
        await AddAsync(owner, "two");
        await UntilAsync(() => runs.Count == 2);
        await AddAsync(owner, "other");
        await EndedAsync(owner, "other");
        Assert.Equal(3, runs.Count);

        await AddAsync(owner, "soon");
        await EndedAsync(owner, "soon");
        var times = runs.Where(run => run.Id == "soon").Select(run => run.At).ToArray();
        Assert.True(times.Length == 2 && times[1] - times[0] >= Soon, string.Join(", ", times));
        Assert.Equal(["other", "soon"], kind.Ended);
    }

    [Fact]
    public async Task The_end_of_a_job_that_is_given_up_is_seen_by_its_kind_too()
    {
        var owner = await OwnerAsync("hopeless");
        kind.Script = (_, _) => throw new InvalidOperationException("broken");
        await AddAsync(owner, "job");
        await UntilAsync(async () =>
        {
            // As after many tries, each of which has to wait for longer than the last.
            var place = (await Jobs.QueueAsync(Cancel)).Single();
            var write = ResourceWriter.Replace(place, place with { Body = (JobPlace.Read(place) with { Tries = 20 }).ToJson() });
            return JobPlace.Read(place).Tries > 0 && (await hub.Services.GetRequiredService<IAtriumStore>().CommitAsync(new() { Resources = [write] }, Cancel)).Committed;
        });
        Assert.Equal("given up", (string?)(await EndedAsync(owner, "job")).View["status"]);
        Assert.Equal(["job"], kind.Ended);
    }

    [Fact]
    public async Task Old_jobs_and_folders_without_a_job_are_swept()
    {
        var owner = await OwnerAsync("sweep");
        kind.Script = (run, _) =>
        {
            File.WriteAllText(Path.Combine(run.Folder, "x"), "x");
            return Task.FromResult<Action<JsonObject>>(view => (view["status"], view["until"]) = ("done", run.Job.Id == "old" ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue));
        };
        await AddAsync(owner, "old");
        await AddAsync(owner, "new");
        var (old, kept) = (await EndedAsync(owner, "old"), await EndedAsync(owner, "new"));
        var folders = hub.Services.GetRequiredService<JobFolders>();
        var orphan = Path.Combine(folders.Root, "orphan");
        Directory.CreateDirectory(orphan);
        Directory.SetLastWriteTimeUtc(orphan, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        await hub.Services.GetRequiredService<JobSweep>().SweepAsync(Cancel);
        Assert.Equal(["new"], (await Jobs.ListAsync(owner, ScriptedKind.Kind, Cancel)).Select(job => job.Id));
        Assert.Equal([JobFolders.NameOf(kept)], Directory.EnumerateDirectories(folders.Root).Select(Path.GetFileName));
        Assert.NotEqual(JobFolders.NameOf(old), JobFolders.NameOf(kept));
    }

    private async Task<KeyOwner> OwnerAsync(string project)
    {
        var id = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/{project}";
        await NewHub.MakeWorkspaceAsync(hub.Client, id, new { location = "local", kind = "project", properties = new { hubResourceId = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/team" } });
        return (await hub.Services.GetRequiredService<GatewayState>().ReadAsync(Cancel)).FindProjects(project).Single();
    }

    private async Task<bool> AddAsync(KeyOwner owner, string id, JsonObject? request = null)
    {
        var added = await Jobs.AddAsync(owner, ScriptedKind.Kind, id, "key1", new JsonObject { ["status"] = "new" }, request ?? [], Cancel);
        hub.Services.GetRequiredService<JobRunner>().Wake();
        return added;
    }

    private async Task<KeptJob> EndedAsync(KeyOwner owner, string id) =>
        (await UntilAsync(() => Jobs.FindAsync(owner, ScriptedKind.Kind, id, Cancel).AsTask(), job => job is not null && (string?)job.View["status"] != "new"))!;

    private sealed class ScriptedKind : IJobKind
    {
        public const string Kind = "scripted";

        public Func<JobRun, CancellationToken, Task<Action<JsonObject>>> Script { get; set; } = (_, _) => Task.FromResult<Action<JsonObject>>(view => view["status"] = "done");

        public string Name => Kind;

        public int AtOnce => 2;

        public string? EndsEarly(JsonObject view, DateTimeOffset now) => view["cancel"] is null ? null : "cancelled";

        public DateTimeOffset? KeptUntil(JsonObject view) => view["until"]?.GetValue<DateTimeOffset>();

        public ConcurrentQueue<string> Ended { get; } = [];

        public Task BeforeEndAsync(JobRun run, CancellationToken cancellationToken)
        {
            Ended.Enqueue(run.Job.Id);
            return Task.CompletedTask;
        }

        public Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken) => Script(run, cancellationToken);

        public void GiveUp(JsonObject view, DateTimeOffset now) => view["status"] = "given up";
    }
}
