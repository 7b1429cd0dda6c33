using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting.Instance;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Crash;

/// <summary>A real server process that is killed and started again on the same data while clients go on.</summary>
internal sealed class KillableHub : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly AtriumProcess atrium;
    private readonly string[] settings;
    private AtriumProcess.Running? process;
    private TaskCompletionSource<Clients> up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private KillableHub(AtriumProcess atrium, string[] settings, JsonObject status)
    {
        this.atrium = atrium;
        this.settings = settings;
        Status = status;
    }

    /// <summary>What <c>atrium status</c> said after the first start.</summary>
    public JsonObject Status { get; }

    public string this[string name] => (string)Status[name]!;

    public string DatabaseFile => Path.Combine(atrium.Data, "atrium.db");

    /// <summary>The clients of the server that runs now; waits while there is none.</summary>
    public Task<Clients> ClientsAsync() => up.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public static async Task<KillableHub> StartAsync(params string[] settings)
    {
        var atrium = new AtriumProcess();
        var outcome = await atrium.UpAsync(settings);
        Assert.True(outcome.Code == 0, outcome.Error);
        var hub = new KillableHub(atrium, settings, await atrium.StatusAsync());
        await atrium.RunAsync("down", "--data", atrium.Data);
        await hub.ServeAsync();
        return hub;
    }

    /// <summary>Waits for a moment in the work of writers: some milliseconds after a number of writes more was acknowledged, or they are done.</summary>
    public static async Task MomentAsync(Task writing, Func<int> acknowledged, int writes, int longestMilliseconds)
    {
        var until = acknowledged() + writes;
        while (acknowledged() < until && !writing.IsCompleted)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        await Task.Delay(RandomNumberGenerator.GetInt32(longestMilliseconds), TestContext.Current.CancellationToken);
    }

    /// <summary>Crashes a number of times under writers, who go on over all of them, and once more when they have stopped.</summary>
    /// <param name="kills">How often.</param>
    /// <param name="writers">How many.</param>
    /// <param name="writeAsync">What the writer of a number does until it is over.</param>
    /// <param name="acknowledged">Writes that were acknowledged to all of them.</param>
    /// <param name="writesOfALife">The most that are, between two crashes; one at least is.</param>
    /// <param name="longestMilliseconds">The longest time from there to the crash.</param>
    public async Task CrashUnderAsync(int kills, int writers, Func<int, CancellationToken, Task> writeAsync, Func<int> acknowledged, int writesOfALife, int longestMilliseconds)
    {
        using var over = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(number => Task.Run(() => writeAsync(number, over.Token), TestContext.Current.CancellationToken)));
        for (var kill = 0; kill < kills; kill++)
        {
            await MomentAsync(writing, acknowledged, 1 + RandomNumberGenerator.GetInt32(writesOfALife), longestMilliseconds);
            await CrashAsync();
        }

        await over.CancelAsync();
        await writing;
        await CrashAsync();
    }

    /// <summary>SIGKILL, and a new process on what is left.</summary>
    public async Task CrashAsync()
    {
        await KillAsync();
        await ServeAsync();
    }

    public async Task KillAsync()
    {
        up = new(TaskCreationOptions.RunContinuationsAsynchronously);
        process!.Kill();
        await process.EndAsync();
        process.Dispose();
        process = null;
    }

    public void Dispose()
    {
        process?.Kill();
        process?.Dispose();
        atrium.Dispose();
    }

    private async Task ServeAsync()
    {
        process = atrium.Start(["serve", "--data", atrium.Data, "--port", "0", "--Logging:LogLevel:Default", "Warning", .. settings]);
        using var patience = new CancellationTokenSource(Patience);
        RunningServer? running;
        while ((running = RunningServer.Find(atrium.Data)) is null)
        {
            Assert.True(!patience.IsCancellationRequested, "The server did not come back.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        up.SetResult(await Clients.SignInAsync(running, this));
    }

    /// <summary>Clients of one life of the server: the resource API with the first principal's token, the data plane with the account's key.</summary>
    internal sealed record Clients(HttpClient Management, HttpClient Data)
    {
        public static async Task<Clients> SignInAsync(RunningServer running, KillableHub hub)
        {
            var management = new HttpClient(HubClients.TrustingHandler(hub["caFile"])) { BaseAddress = new(running.HttpsEndpoint) };
            var token = await management.TokenAsync(
                hub["tenantId"],
                ("grant_type", "client_credentials"),
                ("client_id", hub["clientId"]),
                ("client_secret", hub["clientSecret"]),
                ("scope", $"{HubClients.Management}/.default"));
            management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token.Body["access_token"]!);
            var data = new HttpClient { BaseAddress = new(running.Endpoint), DefaultRequestHeaders = { { "api-key", hub["apiKey"] } } };
            return new(management, data);
        }
    }
}
