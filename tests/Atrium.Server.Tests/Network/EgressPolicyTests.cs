using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Network;

namespace Atrium.Server.Tests.Network;

public sealed class EgressPolicyTests
{
    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true)]
    [InlineData("::ffff:93.184.215.14", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b::5db8:d70e", true)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fd12:3456::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void An_address_is_public_or_not(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("Disabled", "example.org", 443, true)]
    [InlineData("AllowInternetOutbound", "example.org", 8443, true)]
    [InlineData("AllowOnlyApprovedOutbound", "example.org", 443, true)]
    [InlineData("AllowOnlyApprovedOutbound", "EXAMPLE.org", 80, true)]
    [InlineData("AllowOnlyApprovedOutbound", "example.org", 8443, false)]
    [InlineData("AllowOnlyApprovedOutbound", "www.example.org", 443, false)]
    [InlineData("AllowOnlyApprovedOutbound", "evil-example.org", 443, false)]
    [InlineData("AllowOnlyApprovedOutbound", "a.b.example.com", 443, true)]
    [InlineData("AllowOnlyApprovedOutbound", "example.com", 443, false)]
    [InlineData("AllowOnlyApprovedOutbound", "evilexample.com", 443, false)]
    [InlineData("AllowOnlyApprovedOutbound", "plain.example.net", 80, true)]
    [InlineData("AllowOnlyApprovedOutbound", "plain.example.net", 443, false)]
    [InlineData("AllowOnlyApprovedOutbound", "storage.example", 443, false)]
    public void The_isolation_mode_and_its_rules_decide(string mode, string host, int port, bool allowed)
    {
        var network = new JsonObject
        {
            ["isolationMode"] = mode,
            ["outboundRules"] = new JsonObject
            {
                ["one"] = new JsonObject { ["type"] = "FQDN", ["destination"] = "example.org" },
                ["below"] = new JsonObject { ["type"] = "FQDN", ["destination"] = "*.example.com" },
                ["plain"] = new JsonObject { ["type"] = "FQDN", ["destination"] = "plain.example.net:80" },
                ["other"] = new JsonObject { ["type"] = "PrivateEndpoint", ["destination"] = new JsonObject { ["serviceResourceId"] = "storage.example" } },
            },
        };
        Assert.Equal(allowed, EgressPolicy.Allows(network, host, port));
        Assert.True(EgressPolicy.Allows(null, host, port));
    }
}
