using System.Diagnostics;

namespace Atrium.Bench;

/// <summary>From the command to the first answer of a server that has run before, and its memory when it rests.</summary>
internal static class StartBench
{
    private const int Runs = 5;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public static async Task RunAsync()
    {
        var data = HubProcess.NewDataFolder();
        await using var first = await HubProcess.UpAsync(data);
        var times = new List<double>();
        var dll = Path.Combine(HubProcess.Root, "artifacts", "bin", "Atrium.Server", "release", "atrium.dll");
        await HubProcess.CommandAsync("down", "--data", data);
        for (var i = 0; i < Runs; i++)
        {
            var port = 20000 + Environment.ProcessId % 20000 + i * 2;
            var clock = Stopwatch.StartNew();
            using var server = Process.Start(new ProcessStartInfo("dotnet", [dll, "serve", "--data", data, "--port", $"{port}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
            while (!await AnswersAsync(client))
            {
                await Task.Delay(10);
            }

            times.Add(clock.Elapsed.TotalSeconds);
            server.Kill();
            await server.WaitForExitAsync();
        }

        times.Sort();
        Timing.Print($"warm start to the first answer: median {times[Runs / 2]:F2} s, min {times[0]:F2}, max {times[^1]:F2} ({Runs} runs; aim: under 2 s)");

        Environment.SetEnvironmentVariable("ATRIUM_Models__Warm", "false");
        await HubProcess.CommandAsync("up", "--data", data, "--port", "0");
        await using var resting = await HubProcess.UpAsync(data);
        await Task.Delay(Rest);
        Timing.Print($"memory at rest, no model loaded: {resting.ResidentMiB():F0} MiB (aim: under 200)");
        Environment.SetEnvironmentVariable("ATRIUM_Models__Warm", null);
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAsync("/healthz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
