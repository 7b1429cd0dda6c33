using System.Text.Json;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Audit;

/// <summary>
/// Notes outside the database how far the activity log was, every few seconds. A database that was put back to an older state, or whose last rows were cut off
/// together with its own record of them, is behind that note.
/// </summary>
internal sealed partial class HeadNote(IAtriumStore store, IOptions<AtriumOptions> options, TimeProvider clock, ILogger<HeadNote> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Number and hash of a row that was there; null where nothing was noted.</summary>
    public static ActivityHead? Read(string data) => File.Exists(PathIn(data)) ? JsonSerializer.Deserialize<ActivityHead>(File.ReadAllText(PathIn(data))) : null;

    /// <summary>What a check of the log comes to together with the note.</summary>
    public static async ValueTask<ActivityVerdict> CompareAsync(ActivityVerdict verdict, ActivityHead? note, IAtriumStore store, CancellationToken cancellationToken)
    {
        if (note is null || note.Sequence == 0 || verdict.FirstBad <= note.Sequence)
        {
            return verdict;
        }

        if (verdict.Head.Sequence < note.Sequence)
        {
            return verdict with
            {
                FirstBad = verdict.Head.Sequence + 1,
                Wrong = $"The log ends with row {verdict.Head.Sequence}, and row {note.Sequence} was there before: the database was put back, or its last rows were cut off.",
            };
        }

        return verdict.FirstBad is null && await store.ActivityHashAsync(note.Sequence, cancellationToken) is { } hash && !hash.AsSpan().SequenceEqual(note.Hash)
            ? verdict with { FirstBad = note.Sequence, Wrong = $"Row {note.Sequence} is another one than was noted: the log was written anew." }
            : verdict;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        var noted = 0L;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                noted = await NoteAsync(noted, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await NoteAsync(0, cancellationToken);
    }

    private async Task<long> NoteAsync(long noted, CancellationToken cancellationToken)
    {
        var head = await store.ActivityHeadAsync(cancellationToken);
        if (head.Sequence > noted)
        {
            PrivateFile.Write(PathIn(options.Value.Data), JsonSerializer.Serialize(head));
        }

        return head.Sequence;
    }

    private static string PathIn(string data) => Path.Combine(data, "keys", "activity-head.json");

    [LoggerMessage(LogLevel.Error, "The end of the activity log could not be noted.")]
    private partial void LogFailed(Exception failure);
}
