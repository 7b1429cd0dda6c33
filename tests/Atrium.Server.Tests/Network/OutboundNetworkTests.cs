using System.Text.Json.Nodes;
using Atrium.Server.Egress;
using Atrium.Server.Network;

namespace Atrium.Server.Tests.Network;

public sealed class OutboundNetworkTests
{
    [Theory]
    [InlineData("Disabled", "example.org", 443, true)]
    [InlineData("AllowInternetOutbound", "example.org", 8443, true)]
    [InlineData("AllowOnlyApprovedOutbound", "example.org", 443, true)]
    [InlineData("AllowOnlyApprovedOutbound", "example.org", 80, true)]
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
                ["one"] = new JsonObject { ["type"] = "FQDN", ["destination"] = "Example.org" },
                ["below"] = new JsonObject { ["type"] = "FQDN", ["destination"] = "*.example.com" },
                ["plain"] = new JsonObject { ["type"] = "FQDN", ["destination"] = "plain.example.net:80" },
                ["other"] = new JsonObject { ["type"] = "PrivateEndpoint", ["destination"] = new JsonObject { ["serviceResourceId"] = "storage.example" } },
            },
        };
        Assert.Equal(allowed ? OutboundAnswer.Allowed : OutboundAnswer.Denied, OutboundNetwork.Read(network).Decide(host, port, null).Answer);
        Assert.Equal(OutboundAnswer.Allowed, OutboundNetwork.Read(null).Decide(host, port, null).Answer);
        Assert.Equal(OutboundAnswer.Denied, OutboundNetwork.Gone.Decide(host, port, null).Answer);
    }
}
