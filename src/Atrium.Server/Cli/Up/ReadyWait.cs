using Atrium.Server.Hosting.Health;
using Atrium.Server.Hosting.Instance;
using Atrium.Server.Hosting.Logs;

namespace Atrium.Server.Cli.Up;

/// <summary>Waits until a server can be used, or tells why it cannot.</summary>
internal static class ReadyWait
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <param name="data">Data folder.</param>
    /// <param name="server">The process, where this command started it.</param>
    /// <param name="progress">Shows what is being waited for.</param>
    /// <param name="clock">For the patience.</param>
    /// <param name="cancellationToken">Stops waiting; the server goes on.</param>
    public static Task RunAsync(string data, DetachedServer? server, Progress progress, TimeProvider clock, CancellationToken cancellationToken) =>
        progress.StepAsync("Start", async tell =>
        {
#pragma warning disable RS0030 // It asks the server that this command started, on loopback.
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
#pragma warning restore RS0030
            var started = clock.GetTimestamp();
            while (!await IsReadyAsync(data, http, tell, cancellationToken))
            {
                // Ours may have found that another one, started by a command that was interrupted, was faster.
                if (server is not { HasEnded: false } && !InstanceLock.IsHeld(data))
                {
                    throw Failed(data, server);
                }

                if (clock.GetElapsedTime(started) > Patience)
                {
                    throw new CliException($"The hub is not ready after {Patience.TotalMinutes:0} minutes; it goes on starting. Its log: {LogSetup.PathIn(data)}");
                }

                await Task.Delay(Poll, clock, cancellationToken);
            }

            return ($"ready after {clock.GetElapsedTime(started).TotalSeconds:0.0} s", true);
        });

    private static async Task<bool> IsReadyAsync(string data, HttpClient http, Action<string> tell, CancellationToken cancellationToken)
    {
        if (RunningServer.Find(data) is not { } running)
        {
            return false;
        }

        try
        {
            using var answer = await http.GetAsync($"{running.Endpoint}/readyz", cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return true;
            }

            var health = await answer.Content.ReadFromJsonAsync<HealthRoutes.HealthAnswer>(cancellationToken);
            tell(string.Join(", ", health?.WaitingFor ?? []));
            return false;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static CliException Failed(string data, DetachedServer? server)
    {
        var said = server?.Said;
        return new(
            string.IsNullOrEmpty(said) ? $"The hub ended before it was ready. Its log: {LogSetup.PathIn(data)}" : said,
            server?.ExitCode is { } code and not 0 ? code : ExitCodes.Failed);
    }
}
