using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.Connections.Audit;

/// <summary>Says in the log each day which connections' secrets are due to be replaced.</summary>
internal sealed partial class RotationReminder(IAtriumStore store, ConnectionAudit audit, TimeProvider clock, ILogger<RotationReminder> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await RemindAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RemindAsync(CancellationToken cancellationToken)
    {
        var reader = new ResourceReader(store);
        await foreach (var (rotation, row) in audit.RowsAsync("", reader, _ => new(true), cancellationToken))
        {
            if (rotation.IsDue)
            {
                LogDue((string)row["id"]!, rotation.Reason, rotation.At);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The secret of connection '{Connection}' is due to be replaced since {At}: {Reason}.")]
    private partial void LogDue(string connection, RotationReason reason, DateTimeOffset? at);

    [LoggerMessage(LogLevel.Error, "It could not be seen which connections are due.")]
    private partial void LogFailed(Exception failure);
}
