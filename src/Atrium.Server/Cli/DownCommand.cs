using System.CommandLine;
using Atrium.Server.Hosting.Instance;

namespace Atrium.Server.Cli;

/// <summary>Ends the server of a data folder.</summary>
internal static class DownCommand
{
    /// <summary>Longer than the server takes for its own orderly end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static Command Create()
    {
        var data = CommonOptions.Data();
        var command = new Command("down", "End the running hub. Requests under way are finished, for 20 seconds at most. Its data stays.") { data };
        command.SetAction((parsed, cancellationToken) => RunAsync(LastData.Find(parsed.GetValue(data)), TimeProvider.System, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string data, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (InstanceLock.Holder(data) is not { } process)
        {
            Console.WriteLine($"Nothing runs on '{data}'.");
            return ExitCodes.Done;
        }

        Signals.Terminate(process);
        var started = clock.GetTimestamp();
        while (InstanceLock.IsHeld(data))
        {
            if (clock.GetElapsedTime(started) > Patience)
            {
                // What was acknowledged is on the disk, so nothing is lost by this.
                Signals.Kill(process);
                Console.WriteLine($"The hub (process {process}) did not end in {Patience.TotalSeconds:0} s and was killed.");
                return ExitCodes.Done;
            }

            await Task.Delay(Poll, clock, cancellationToken);
        }

        Console.WriteLine($"The hub (process {process}) has ended. Its data stays in '{data}'.");
        return ExitCodes.Done;
    }
}
