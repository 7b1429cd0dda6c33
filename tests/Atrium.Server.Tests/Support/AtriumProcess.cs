using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Support;

/// <summary>The real <c>atrium</c> command in processes of its own, with a home, a state folder and a data folder of the test's own.</summary>
internal sealed class AtriumProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly TempFolder home = new();

    public string Home => home.Path;

    public string Data => home["data"];

    public static string Program => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Atrium.Server", "release", "atrium.dll"));

    /// <summary>Set where a test is about models that are not there yet.</summary>
    public bool HasOwnModels { get; set; }

    /// <summary>The models of whoever runs the tests: fetched once, not for each test's own home.</summary>
    private static string ModelsCache { get; } = Environment.GetEnvironmentVariable("ATRIUM_MODELS_CACHE") ?? Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "atrium",
        "models");

    /// <summary>Brings a hub up on free ports, without models.</summary>
    public Task<Outcome> UpAsync(params string[] more) => RunAsync(["up", "--data", Data, "--port", "0", "--no-models", .. more]);

    public async Task<JsonObject> StatusAsync() => JsonNode.Parse((await RunAsync("status", "-o", "json")).Output)!.AsObject();

    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var command = Start(arguments);
        return await command.EndAsync();
    }

    public Running Start(params string[] arguments) => new(StartInfo("dotnet", [Program, .. arguments]));

    /// <summary>Any other program, in the same surroundings.</summary>
    public async Task<Outcome> RunProgramAsync(string program, params string[] arguments)
    {
        using var command = new Running(StartInfo(program, arguments));
        return await command.EndAsync();
    }

    public void Dispose()
    {
        // Where there is no data folder no server was started.
        if (Directory.Exists(Data))
        {
            using var down = Process.Start(StartInfo("dotnet", [Program, "down", "--data", Data]))!;
            down.WaitForExit(Limit);
        }

        home.Dispose();
    }

    private ProcessStartInfo StartInfo(string program, string[] arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = home.Path,
        Environment = { ["HOME"] = home.Path, ["XDG_STATE_HOME"] = home["state"], ["XDG_DATA_HOME"] = home["share"], ["ATRIUM_NO_BUILD"] = "1", ["ATRIUM_MODELS_CACHE"] = HasOwnModels ? home["models-cache"] : ModelsCache },
    };

    /// <summary>What a command came to.</summary>
    internal sealed record Outcome(int Code, string Output, string Error);

    /// <summary>A command under way.</summary>
    internal sealed class Running : IDisposable
    {
        private readonly Process process;
        private readonly StringBuilder error = new();
        private readonly Task<string> output;
        private readonly Task reading;
        private readonly TaskCompletionSource firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Running(ProcessStartInfo start)
        {
            process = Process.Start(start)!;
            process.StandardInput.Close();
            output = process.StandardOutput.ReadToEndAsync();
            reading = ReadErrorAsync();
        }

        public int Id => process.Id;

        /// <summary>The command has said something: it is at work.</summary>
        public Task SaidSomething => firstLine.Task;

        public async Task<Outcome> EndAsync()
        {
            using var limit = new CancellationTokenSource(Limit);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }

            await reading;
            return new(process.ExitCode, await output, error.ToString());
        }

        public void Kill() => process.Kill();

        public void Dispose() => process.Dispose();

        private async Task ReadErrorAsync()
        {
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                error.AppendLine(line);
                firstLine.TrySetResult();
            }

            firstLine.TrySetResult();
        }
    }
}
