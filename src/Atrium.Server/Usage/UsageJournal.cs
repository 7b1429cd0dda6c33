using System.Text.Json;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Usage;

/// <summary>
/// Usage rows between the answer and the store. A row is written to a segment file before the last byte of its answer goes out: the system has it then, so it
/// outlives a killed process. Segments move into the store in the background and are deleted after that; what a dead process left is moved at the next start.
/// A row's id is its own, so moving a segment twice does no harm.
/// </summary>
internal sealed partial class UsageJournal : BackgroundService
{
    /// <summary>Rows that may wait for the store. Beyond that calls are refused: an uncounted answer is worse than none.</summary>
    private const int MostWaiting = 200_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly IAtriumStore store;
    private readonly TimeProvider clock;
    private readonly ILogger<UsageJournal> logger;
    private readonly string folder;
    private readonly SemaphoreSlim moving = new(1, 1);
    private readonly Lock gate = new();

    /// <summary>Rows of this process that are in no store yet.</summary>
    private long unmoved;
    private FileStream? segment;
    private List<UsageRow> waiting = [];

    public UsageJournal(IAtriumStore store, IOptions<AtriumOptions> options, TimeProvider clock, ILogger<UsageJournal> logger)
    {
        this.store = store;
        this.clock = clock;
        this.logger = logger;
        folder = Path.Combine(options.Value.Data, "usage");
    }

    /// <exception cref="ApiException">503: too many rows wait, or the disk is full.</exception>
    public void DemandRoom()
    {
        if (Interlocked.Read(ref unmoved) >= MostWaiting)
        {
            throw ApiException.Unavailable("UsageNotRecorded", "Usage cannot be recorded at the moment, so nothing is served.", Interval);
        }
    }

    /// <summary>Returns when the row outlives this process.</summary>
    public void Append(UsageRow row)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(row);
        lock (gate)
        {
            segment ??= Open();
            try
            {
                segment.Write([.. line, (byte)'\n']);
            }
            catch (IOException)
            {
                // A part of the line may be there, which the next row must not be joined to. What lies before it is found with the leftovers.
                segment.Dispose();
                segment = null;
                throw;
            }

            waiting.Add(row);
            Interlocked.Increment(ref unmoved);
        }
    }

    /// <summary>Moves what waits into the store now, so that a sum counts it. One at a time: who comes second finds moved what the first one moves.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await moving.WaitAsync(cancellationToken);
        try
        {
            await MoveWaitingAsync(cancellationToken);
        }
        finally
        {
            moving.Release();
        }
    }

    public override void Dispose()
    {
        segment?.Dispose();
        moving.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Directory.CreateDirectory(folder);
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                await FlushAsync(stoppingToken);
                await MoveLeftoversAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
        }

        await FlushAsync(CancellationToken.None);
    }

    private async Task MoveWaitingAsync(CancellationToken cancellationToken)
    {
        List<UsageRow> rows;
        string? path;
        lock (gate)
        {
            (rows, waiting) = (waiting, []);
            path = segment?.Name;
            segment?.Dispose();
            segment = null;
        }

        if (path is not null)
        {
            await MoveAsync(path, rows, cancellationToken);
        }
    }

    /// <summary>What a round before, or a process before, could not move.</summary>
    private async Task MoveLeftoversAsync(CancellationToken cancellationToken)
    {
        await moving.WaitAsync(cancellationToken);
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.jsonl").Where(IsClosed))
            {
                var rows = (await File.ReadAllLinesAsync(path, cancellationToken)).Select(Read).OfType<UsageRow>().ToList();
                await MoveAsync(path, rows, cancellationToken);
            }
        }
        finally
        {
            moving.Release();
        }
    }

    /// <summary>Where it fails the segment stays, and is moved with the next round.</summary>
    private async Task MoveAsync(string path, List<UsageRow> rows, CancellationToken cancellationToken)
    {
        try
        {
            await store.AppendUsageAsync(rows, cancellationToken);
            File.Delete(path);
            Interlocked.Add(ref unmoved, -Math.Min(rows.Count, Interlocked.Read(ref unmoved)));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotMoved(failure, rows.Count);
        }
    }

    private bool IsClosed(string path)
    {
        lock (gate)
        {
            return segment?.Name != Path.GetFullPath(path);
        }
    }

    /// <summary>Null for a line that a crash cut off: its answer never ended.</summary>
    private static UsageRow? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<UsageRow>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(folder);
        var path = Path.GetFullPath(Path.Combine(folder, $"{Guid.CreateVersion7():N}.jsonl"));
        return new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    [LoggerMessage(LogLevel.Error, "{Count} usage rows could not be moved into the store; they stay in the journal and are tried again.")]
    private partial void LogNotMoved(Exception failure, int count);
}
