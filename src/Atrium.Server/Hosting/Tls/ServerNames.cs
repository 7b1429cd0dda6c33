using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Atrium.Server.Hosting.Tls;

/// <summary>The names and addresses that callers may reach this machine by.</summary>
internal static class ServerNames
{
    private const int MaxNameLength = 253;

    public static IReadOnlyList<string> Of(AtriumOptions options) => Of(options, Dns.GetHostName(), OwnAddresses);

    public static IReadOnlyList<string> Of(AtriumOptions options, string hostName, Func<IEnumerable<IPAddress>> ownAddresses)
    {
        IEnumerable<string> listened = options.Listen.Address switch
        {
            AtriumOptions.ListenOptions.Localhost => [],
            AtriumOptions.ListenOptions.Everywhere => ownAddresses().Select(a => a.ToString()),
            var address => [address],
        };
        return
        [
            .. new[] { "localhost", "127.0.0.1", "::1", hostName }
                .Concat(listened)
                .Concat(options.Listen.HostSuffix is { } suffix ? [suffix, $"*.{suffix}", $"*.vault.{suffix}", $"*.registry.{suffix}", $"*.blob.{suffix}", $"*.file.{suffix}"] : [])
                .Concat(options.Tls.Names)
                .Where(n => IPAddress.TryParse(n, out _) || IsDnsName(n))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static bool IsDnsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '*');

    private static IEnumerable<IPAddress> OwnAddresses() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus == OperationalStatus.Up)
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .Where(a => a.AddressFamily == AddressFamily.InterNetwork || a is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6LinkLocal: false });
}
