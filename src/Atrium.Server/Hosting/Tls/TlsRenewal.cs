namespace Atrium.Server.Hosting.Tls;

/// <summary>Looks after the certificates while the server runs.</summary>
internal sealed class TlsRenewal(TlsState state, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            state.Refresh();
        }
    }
}
