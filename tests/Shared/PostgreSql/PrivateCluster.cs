using System.Diagnostics;
using Atrium.Testing.Ports;
using Npgsql;

namespace Atrium.Testing.PostgreSql;

/// <summary>A PostgreSQL server of our own on loopback, with its files in a temporary folder; gone at the end.</summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    private const string Versions = "/usr/lib/postgresql";
    private const string Account = "postgres";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly string binaries;
    private readonly string folder;
    private readonly int port = QuietPort.Take();

    private PrivateCluster(string binaries, string folder) => (this.binaries, this.folder) = (binaries, folder);

    public string ConnectionString => $"Host=127.0.0.1;Port={port};Username={Account};Database=postgres";

    /// <summary>A running server; null where no server is installed.</summary>
    public static async Task<PrivateCluster?> TryStartAsync()
    {
        var binaries = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions).Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : null;
        if (binaries is null)
        {
            return null;
        }

        var folder = Path.Combine(Path.GetTempPath(), $"atrium-pg-{Guid.NewGuid():n}");
        var cluster = new PrivateCluster(binaries, folder);
        await cluster.StartAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Starts it again with what it has on disk.</summary>
    public Task RestartAsync() =>
        RunAsync(
            "pg_ctl", "-D", Path.Combine(folder, "data"), "-w", "-t", $"{StartTimeout.TotalSeconds}", "-l", Path.Combine(folder, "log"),
            "-o", $"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off -c max_connections=200", "start");

    /// <summary>Stops it as a crash would.</summary>
    public Task StopAsync() => RunAsync("pg_ctl", "-D", Path.Combine(folder, "data"), "-w", "-m", "immediate", "stop");

    private async Task StartAsync()
    {
        await RunAsync("mkdir", "-m", "700", folder);
        await RunAsync("initdb", "-D", Path.Combine(folder, "data"), "-U", Account, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await RestartAsync();
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
    }

    /// <summary>The server refuses to run as root, so root runs it as the account that its package made.</summary>
    private async Task RunAsync(string program, params string[] arguments)
    {
        var path = File.Exists(Path.Combine(binaries, program)) ? Path.Combine(binaries, program) : program;
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", Account, "--", path, .. arguments] : [path, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {process.ExitCode}: {await output}{await errors}");
        }
    }
}
