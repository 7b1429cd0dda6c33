using System.Diagnostics;
using System.Net.Http.Json;

namespace Atrium.Bench;

/// <summary>From the command to the first answers of a server that has run before, and its memory when it rests.</summary>
internal static class StartBench
{
    private const int Runs = 5;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync()
    {
        var data = HubProcess.NewDataFolder();
        await using (var first = await HubProcess.UpAsync(data))
        {
            var key = first["apiKey"];
            await HubProcess.CommandAsync("down", "--data", data);
            await TimeAsync("the model list", data, key, client => client.GetAsync("/openai/v1/models"));
            await TimeAsync("an embedding", data, key, client => client.PostAsJsonAsync("/openai/v1/embeddings", new { model = "embeddings", input = "hello" }));
        }

        Environment.SetEnvironmentVariable("ATRIUM_Models__Warm", "false");
        await using var resting = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        await Task.Delay(Rest);
        Timing.Print($"memory at rest, no model loaded: {resting.ResidentMiB():F0} MiB (aim: under 200)");
        Environment.SetEnvironmentVariable("ATRIUM_Models__Warm", null);
    }

    private static async Task TimeAsync(string what, string data, string key, Func<HttpClient, Task<HttpResponseMessage>> call)
    {
        var program = Path.Combine(HubProcess.Root, "artifacts", "bin", "Atrium.Server", "release", "atrium.dll");
        var (times, work) = (new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var port = 20000 + ((Environment.ProcessId + (2 * times.Count)) % 20000);
            var clock = Stopwatch.StartNew();
            using var server = Process.Start(new ProcessStartInfo("dotnet", [program, "serve", "--data", data, "--port", $"{port}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}"), DefaultRequestHeaders = { { "api-key", key } } };
            while (!await AnswersAsync(client, call))
            {
                await Task.Delay(Pause);
            }

            times.Add(clock.Elapsed.TotalSeconds);
            work.Add(server.TotalProcessorTime.TotalSeconds);
            server.Kill();
            await server.WaitForExitAsync();
        }

        times.Sort();
        work.Sort();
        Timing.Print($"warm start to the first answer, {what}: median {times[Runs / 2]:F2} s, min {times[0]:F2}, max {times[^1]:F2} ({Runs} runs; aim: under 2 s); processor time {work[Runs / 2]:F2} s");
    }

    private static async Task<bool> AnswersAsync(HttpClient client, Func<HttpClient, Task<HttpResponseMessage>> call)
    {
        try
        {
            return (await call(client)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
