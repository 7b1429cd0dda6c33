using System.Net;

namespace Atrium.Server.Network.Rules;

/// <summary>One outbound rule, ready to be asked.</summary>
/// <param name="Name">Its name in the hub.</param>
/// <param name="Type">FQDN, ServiceTag or PrivateEndpoint.</param>
internal abstract record OutboundRule(string Name, string Type)
{
    /// <summary>Whether it forbids what it covers. Such a rule goes before all that allow.</summary>
    public virtual bool Denies => false;

    public abstract RuleMatch Match(OutboundCall call);
}

/// <summary>What is to be called.</summary>
/// <param name="Host">In plain form.</param>
/// <param name="Port">The port.</param>
/// <param name="Protocol">TCP, UDP or ICMP.</param>
/// <param name="Address">The address that the name has, once that is known.</param>
internal sealed record OutboundCall(string Host, int Port, string Protocol, IPAddress? Address)
{
    public const string Tcp = "TCP";
}

/// <summary>Whether a rule covers a call.</summary>
internal enum RuleMatch
{
    No,
    Yes,

    /// <summary>It speaks of addresses, and the call's is not known yet.</summary>
    ByAddress,
}
