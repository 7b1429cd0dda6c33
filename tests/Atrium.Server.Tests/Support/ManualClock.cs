using System.Diagnostics;

namespace Atrium.Server.Tests.Support;

/// <summary>A clock that stands still until a test moves it, or lets it run.</summary>
internal sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    private readonly Stopwatch running = new();
    private DateTimeOffset set = now;

    public DateTimeOffset Now
    {
        get => set + running.Elapsed;
        set => set = value - running.Elapsed;
    }

    /// <summary>From now on it goes on by itself.</summary>
    public void Run() => running.Start();

    public override DateTimeOffset GetUtcNow() => Now;
}
