using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Atrium.Testing;

/// <summary>A hub of its own data folder, started by the command a user types.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private readonly string data;

    private HubProcess(string data, JsonObject status)
    {
        this.data = data;
        Status = status;
    }

    public JsonObject Status { get; }

    public string this[string name] => (string)Status[name]!;

    public static string Root { get; } = FindRoot();

    public static string NewDataFolder() => Directory.CreateTempSubdirectory("atrium-bench-").FullName;

    /// <summary>Runs <c>./atrium up</c> and reads what it says of itself.</summary>
    public static async Task<HubProcess> UpAsync(string data, params string[] settings)
    {
        await CommandAsync(["up", "--data", data, "--port", "0", .. settings]);
        return new(data, JsonNode.Parse(await CommandAsync("status", "--data", data, "-o", "json"))!.AsObject());
    }

    public static async Task<string> CommandAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Root, "atrium"), arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"atrium {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
    }

    /// <summary>Resident memory of the server in MiB.</summary>
    public double ResidentMiB()
    {
        var line = File.ReadLines($"/proc/{(int)Status["pid"]!}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>Processor time of the server so far, in seconds.</summary>
    public double ProcessorSeconds()
    {
        using var process = Process.GetProcessById((int)Status["pid"]!);
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>A client of the resource API with the first service principal's token.</summary>
    public async Task<HttpClient> ManagementClientAsync()
    {
        var client = new HttpClient(TrustingHandler()) { BaseAddress = new(this["httpsEndpoint"]) };
        var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = this["clientId"],
            ["client_secret"] = this["clientSecret"],
            ["scope"] = "https://management.azure.com/.default",
        });
        var answer = await client.PostAsync($"/{this["tenantId"]}/oauth2/v2.0/token", form);
        var token = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token!);
        return client;
    }

    /// <summary>Trusts the hub's own authority and no other.</summary>
    public SocketsHttpHandler TrustingHandler() => new()
    {
        SslOptions = new()
        {
            CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(this["caFile"]) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    public async ValueTask DisposeAsync()
    {
        await CommandAsync("down", "--data", data);
        Directory.Delete(data, recursive: true);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Atrium.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("This runs from a checkout.");
    }
}
