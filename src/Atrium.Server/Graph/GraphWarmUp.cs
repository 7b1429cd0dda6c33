namespace Atrium.Server.Graph;

/// <summary>Reads what queries are answered from as soon as the server runs, so that the first query does not wait for all of it.</summary>
internal sealed partial class GraphWarmUp(GraphState state, ILogger<GraphWarmUp> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The server starts without waiting for this.
        await Task.Yield();
        try
        {
            await state.ReadAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
        }
#pragma warning disable CA1031 // Whatever it was: the first query reads for itself, and tells its caller.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The resources could not be read ahead of the first query.")]
    private partial void LogFailed(Exception failure);
}
