using System.Diagnostics;
using System.Security.Cryptography;

namespace Atrium.Testing.Peers;

/// <summary>A server of others on a free port of loopback, with what it keeps in a folder of its own. It ends with whoever started it, however that ends.</summary>
public sealed class Peer : IAsyncDisposable
{
    /// <summary>The one account, or access key, that it knows.</summary>
    public const string Account = "peer";
    private const string Said = "listening ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private Task reading = Task.CompletedTask;

    private Peer(Process process, string folder, string secret) => (this.process, Folder, Secret) = (process, folder, secret);

    /// <summary>Where it keeps what it has.</summary>
    public string Folder { get; }

    /// <summary>Of <see cref="Account"/>, in base64.</summary>
    public string Secret { get; }

    /// <summary>Its address.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Why it cannot be started; null where it can.</summary>
    public static string? Lacks(string root) => Directory.Exists(Path.Combine(FolderOf(root), "node_modules", "s3rver"))
        ? null
        : "The servers of others are not installed: npm ci in tests/Shared/Peers, which ./test does.";

    /// <summary>Starts one.</summary>
    /// <param name="name">azurite or s3rver.</param>
    /// <param name="root">The source tree.</param>
    public static async Task<Peer> StartAsync(string name, string root)
    {
        var folder = Directory.CreateTempSubdirectory("atrium-peer-").FullName;
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));

        // s3rver makes the tokens of its pages by a cipher of long ago.
        var process = Process.Start(new ProcessStartInfo("node", ["--openssl-legacy-provider", Path.Combine(FolderOf(root), "peer.mjs"), name, folder])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["PEER_SECRET"] = secret },
        })!;
        var peer = new Peer(process, folder, secret);
        try
        {
            peer.Endpoint = new($"http://127.0.0.1:{await peer.PortAsync().WaitAsync(Patience)}");
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string FolderOf(string root) => Path.Combine(root, "tests", "Shared", "Peers");

    private async Task<int> PortAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Said, StringComparison.Ordinal))
            {
                reading = DrainAsync();
                return int.Parse(line[Said.Length..], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }

    /// <summary>What it says is read, so that it never waits for a reader.</summary>
    private async Task DrainAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is not null)
        {
        }
    }
}
