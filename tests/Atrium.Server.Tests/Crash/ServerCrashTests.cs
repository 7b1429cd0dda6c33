using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Crash;

/// <summary>kill -9 of the whole server while clients write.</summary>
public sealed class ServerCrashTests
{
    private const int Writes = 500;
    private const int Writers = 4;
    private const int MostWritesOfALife = 80;
    private const int LongestMoment = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_kills_at_random_moments_every_acknowledged_write_is_there_none_is_half_there_and_every_operation_ends()
    {
        using var hub = await KillableHub.StartAsync("--Models:Warm", "false");
        var hubId = $"/subscriptions/{hub["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}/providers/Microsoft.MachineLearningServices/workspaces/{hub["hub"]}";
        var writers = Enumerable.Range(0, Writers).Select(number => new CrashingWriter(hub, hubId, number)).ToArray();

        var writing = Task.WhenAll(writers.Select(writer => Task.Run(() => WriteAsync(writer), Cancel)));
        var crashes = await CrashUntilAsync(writing, hub, writers);
        await writing;
        TestContext.Current.TestOutputHelper!.WriteLine($"{writers.Sum(w => w.Acknowledged)} acknowledged, {writers.Sum(w => w.Writes.Count - w.Acknowledged)} cut, {crashes} kills");
        Assert.True(crashes > 2, "The writes were over before the third kill.");
        Assert.Contains(writers, w => w.Writes.Count > w.Acknowledged);

        await hub.CrashAsync();
        await Task.WhenAll(writers.Select(writer => writer.CheckAllAsync()));
        await AllEndAsync(hub, writers.SelectMany(writer => writer.Operations));
        await hub.KillAsync();
        await CheckStoreAsync(hub.DatabaseFile, writers);
    }

    private static async Task WriteAsync(CrashingWriter writer)
    {
        while (writer.Acknowledged < Writes / Writers)
        {
            await writer.WriteAsync();
        }
    }

    /// <summary>Each life of the server ends some milliseconds after a random number of its writes.</summary>
    private static async Task<int> CrashUntilAsync(Task writing, KillableHub hub, CrashingWriter[] writers)
    {
        for (var crashes = 0; ; crashes++)
        {
            await KillableHub.MomentAsync(writing, () => writers.Sum(writer => writer.Acknowledged), RandomNumberGenerator.GetInt32(MostWritesOfALife), LongestMoment);
            if (writing.IsCompleted)
            {
                return crashes;
            }

            await hub.CrashAsync();
        }
    }

    private static async Task AllEndAsync(KillableHub hub, IEnumerable<string> operations)
    {
        var client = (await hub.ClientsAsync()).Management;
        using var patience = new CancellationTokenSource(Patience);
        foreach (var operation in operations)
        {
            JsonObject status;
            while ((string?)(status = (await client.CallAsync("GET", operation)).Body)["status"] is "InProgress")
            {
                Assert.True(!patience.IsCancellationRequested, $"Does not end: {status.ToJsonString()}");
                await Task.Delay(20, Cancel);
            }

            Assert.True((string?)status["status"] == "Succeeded", status.ToJsonString());
        }
    }

    /// <summary>No operation is left, and a write has its row in the activity log exactly when it had an effect.</summary>
    private static async Task CheckStoreAsync(string database, IEnumerable<CrashingWriter> writers)
    {
        await using var store = AtriumStore.Open(new() { Path = database });
        Assert.Empty(await store.LeaseOperationsAsync("test", int.MaxValue, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, Cancel));
        var log = (await store.ListActivityAsync(new() { Take = int.MaxValue }, Cancel)).Where(row => row.Status != "Failed").Select(row => row.CorrelationId).ToHashSet();
        foreach (var (correlation, hadEffect) in writers.SelectMany(writer => writer.Writes))
        {
            Assert.Equal(hadEffect, log.Contains(correlation));
        }
    }
}
