namespace Atrium.Server.Tests.Support;

/// <summary>Waits for what comes about by itself, with an end. It only ends what hangs: the machine may have much else to do, and no verdict depends on how long it takes.</summary>
internal static class Waits
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    public static Task UntilAsync(Func<Task<bool>> holds) => UntilAsync(holds, held => held);

    /// <summary>What was seen when it held.</summary>
    /// <param name="look">Asks once.</param>
    /// <param name="holds">Whether that is what is waited for.</param>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (holds(seen))
            {
                return seen;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Longest, $"It did not come about in {Longest.TotalSeconds:0} seconds. The last that was seen: {seen}");
            await Task.Delay(Look, Cancel);
        }
    }
}
