namespace Atrium.Server.Network.Namespaces;

/// <summary>The packet filter within a namespace (nftables). Pure.</summary>
internal static class PacketRules
{
    /// <summary>
    /// Whatever a program connects to by TCP comes to the relay, which decides; all else (UDP, ICMP) is refused there and then. The namespace has no card but its
    /// loopback one, so without the relay there is no way out at all, whatever becomes of these rules.
    /// </summary>
    public static string Text(int relayPort) => $$"""
        table inet atrium {
          chain to_relay {
            type nat hook output priority -100; policy accept;
            ip daddr != 127.0.0.0/8 meta l4proto tcp redirect to :{{relayPort}}
          }
          chain way_out {
            type filter hook output priority 0; policy drop;
            ct state established,related accept
            oif "lo" ip daddr 127.0.0.0/8 accept
            oif "lo" ip6 daddr ::1 accept
            reject
          }
        }

        """;
}
