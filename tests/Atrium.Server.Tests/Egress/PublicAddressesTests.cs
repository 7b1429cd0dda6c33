using System.Net;
using Atrium.Server.Egress;

namespace Atrium.Server.Tests.Egress;

public sealed class PublicAddressesTests
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
    [InlineData("168.63.129.16", false)]
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
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:192.168.1.1", true)]
    [InlineData("fd12:3456::1", true)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("fd20:ce::254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    public void Nobody_is_granted_what_gives_out_a_machines_credentials(string address, bool grantable) => Assert.Equal(grantable, PublicAddresses.IsGrantable(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1:11434", "127.0.0.1:11434")]
    [InlineData("http://localhost:8000/v1", "localhost:8000")]
    [InlineData("http://LOCALHOST.:8000/v1", "localhost:8000")]
    [InlineData("http://[::1]:8000", "::1:8000")]
    [InlineData("http://2130706433/", "127.0.0.1:80")]
    [InlineData("https://ollama/", "ollama:443")]
    [InlineData("http://gpu.lan:8000", "gpu.lan:8000")]
    [InlineData("http://vllm.models.svc.cluster.local:8000", "vllm.models.svc.cluster.local:8000")]
    [InlineData("https://api.example.org/v1", null)]
    [InlineData("https://93.184.215.14/v1", null)]
    [InlineData("ftp://127.0.0.1/", null)]
    [InlineData("/subscriptions/x", null)]
    [InlineData(null, null)]
    public void A_target_says_by_itself_whether_it_is_private(string? target, string? wanted) => Assert.Equal(wanted, PrivateTarget.Read(target)?.ToString());
}
