using System.Collections.Concurrent;

namespace Atrium.Bench;

/// <summary>The rate of an engine called in this process beside that of the server that has the same engine, in turn, in one run.</summary>
internal static class HttpRate
{
    private static readonly HttpLoad Usual = new(Callers: 8, Rounds: 5, TimeSpan.FromSeconds(4));

    /// <param name="what">As the last line names it.</param>
    /// <param name="openAsync">Loads the engine, which is disposed after each round so that the server has the memory and the caches to itself; the action calls it.</param>
    /// <param name="address">The server's.</param>
    /// <param name="requests">What is asked there in turn.</param>
    /// <param name="load">How much; null for what suits short calls.</param>
    public static async Task CompareAsync(string what, Func<Task<(IAsyncDisposable Engine, Func<int, Task> CallAsync)>> openAsync, Uri address, byte[][] requests, HttpLoad? load = null)
    {
        var (callers, rounds, length) = load ?? Usual;
        var free = new ConcurrentBag<LeanCaller>(Enumerable.Range(0, callers).Select(_ => new LeanCaller(address)));
        var ratios = new List<double>();

        // Round 0 is not counted: both sides compile.
        for (var round = 0; round <= rounds; round++)
        {
            double direct;
            var (engine, callAsync) = await openAsync();
            await using (engine)
            {
                direct = (await Timing.RateAsync(callers, length, callAsync)).PerSecond;
            }

            var http = await Timing.RateAsync(callers, length, async i =>
            {
                free.TryTake(out var caller);
                await caller!.CallAsync(requests[i % requests.Length]);
                free.Add(caller);
            });
            Timing.Print($"round {round}: direct {direct:F1}/s, through HTTP {http.PerSecond:F1}/s (p50 {http.P50:F2} ms), ratio {http.PerSecond / direct:F2}");
            if (round > 0)
            {
                ratios.Add(http.PerSecond / direct);
            }
        }

        ratios.Sort();
        Timing.Print($"{what} through HTTP / direct, {callers} callers: median {ratios[rounds / 2]:F2} (aim: 0.80 or more; the callers share the cores with the server)");
    }
}

/// <summary>How long and by how many at once both sides are called.</summary>
internal sealed record HttpLoad(int Callers, int Rounds, TimeSpan Length);
