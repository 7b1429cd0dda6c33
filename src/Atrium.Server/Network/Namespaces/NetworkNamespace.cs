using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Atrium.Server.Egress;

namespace Atrium.Server.Network.Namespaces;

/// <summary>
/// A network of its own for programs of one hub or project: it has a loopback card and nothing else, and every way out of it goes through the relay, which lies in
/// this process. The machine's own network is left as it is.
/// </summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private const string NamePrefix = "atrium-";
    private const string Folder = "/var/run/netns";
    private static int made;
    private readonly NamespaceRelay relay;
    private readonly string name;

    private NetworkNamespace(string name, NamespaceRelay relay, int proxyPort) => (this.name, this.relay, ProxyPort) = (name, relay, proxyPort);

    /// <summary>Of the proxy, on the loopback card within.</summary>
    public int ProxyPort { get; }

    /// <summary>What is lacking on this machine for namespaces; null where nothing is.</summary>
    public static string? Lacking() =>
        !OperatingSystem.IsLinux() ? "network namespaces are a thing of Linux"
        : !Environment.IsPrivilegedProcess ? "only root may make network namespaces"
        : Array.Find(["ip", "nft", "setpriv"], program => !IsInstalled(program)) is { } missing ? $"'{missing}' is not installed (Debian: iproute2, nftables, util-linux)"
        : null;

    /// <exception cref="InvalidOperationException">The machine cannot make one; the message says why.</exception>
    public static async Task<NetworkNamespace> MakeAsync(IWayOut ways, IOutside outside, ILogger<NamespaceRelay> logger, CancellationToken cancellationToken)
    {
        await RemoveLeftoversAsync(cancellationToken);
        var name = string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{Environment.ProcessId}-{Interlocked.Increment(ref made)}");
        await RunAsync("ip", ["netns", "add", name], input: null, cancellationToken);
        Socket? proxy = null;
        try
        {
            await RunAsync("ip", ["-n", name, "link", "set", "lo", "up"], input: null, cancellationToken);

            // Every address leads to the loopback card, where the packet filter takes the connection to the relay.
            await RunAsync("ip", ["-n", name, "route", "add", "local", "0.0.0.0/0", "dev", "lo", "src", "127.0.0.1"], input: null, cancellationToken);
            proxy = NamespaceSockets.Listen(Path.Combine(Folder, name));
            var door = NamespaceSockets.Listen(Path.Combine(Folder, name));
            var relay = new NamespaceRelay(ways, outside, logger);
            var namespaceMade = new NetworkNamespace(name, relay, ((IPEndPoint)proxy.LocalEndPoint!).Port);
            await RunAsync("ip", ["netns", "exec", name, "nft", "-f", "-"], PacketRules.Text(((IPEndPoint)door.LocalEndPoint!).Port), cancellationToken);
            relay.Start(proxy, door);
            return namespaceMade;
        }
        catch
        {
            proxy?.Dispose();
            await RunAsync("ip", ["netns", "delete", name], input: null, CancellationToken.None);
            throw;
        }
    }

    /// <summary>
    /// How a program is started within. It has no rights but those of its user, so that it can neither leave the namespace nor change it, and finds the proxy where
    /// programs look for one.
    /// </summary>
    public ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments)
    {
        var proxy = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ProxyPort}");
        var start = new ProcessStartInfo("ip", ["netns", "exec", name, "setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--", program, .. arguments]);
        foreach (var variable in (string[])["http_proxy", "https_proxy", "all_proxy"])
        {
            start.Environment[variable] = start.Environment[variable.ToUpperInvariant()] = proxy;
        }

        start.Environment["no_proxy"] = start.Environment["NO_PROXY"] = "localhost,127.0.0.1,::1";
        return start;
    }

    /// <summary>Takes it away. Programs that still run in it have no way out any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await relay.DisposeAsync();
        await RunAsync("ip", ["netns", "delete", name], input: null, CancellationToken.None);
    }

    /// <summary>Those of processes that were killed.</summary>
    private static async Task RemoveLeftoversAsync(CancellationToken cancellationToken)
    {
        foreach (var left in Directory.Exists(Folder) ? Directory.GetFiles(Folder, NamePrefix + "*") : [])
        {
            if (Path.GetFileName(left)[NamePrefix.Length..].Split('-') is [var owner, _] && !Directory.Exists($"/proc/{owner}"))
            {
                await RunAsync("ip", ["netns", "delete", Path.GetFileName(left)], input: null, cancellationToken);
            }
        }
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"]).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));

    private static async Task RunAsync(string program, string[] arguments, string? input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{start.Environment["PATH"]}:/usr/sbin:/sbin";
#pragma warning disable RS0030 // It changes the machine's network namespaces, and calls nobody.
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' does not start.");
#pragma warning restore RS0030
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        }

        process.StandardInput.Close();
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' failed: {error.Trim()}");
        }
    }
}
