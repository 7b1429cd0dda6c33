using System.Text;
using Atrium.Server.Network.Namespaces;

namespace Atrium.Server.Tests.Network.Namespaces;

/// <summary>Heads of requests to the proxy of a namespace.</summary>
public sealed class ProxyRequestTests
{
    [Theory]
    [InlineData("CONNECT pypi.org:443 HTTP/1.1\r\nHost: pypi.org:443", "pypi.org", 443)]
    [InlineData("CONNECT PyPI.org.:443 HTTP/1.1", "pypi.org", 443)]
    [InlineData("CONNECT 10.1.2.3:5432 HTTP/1.0", "10.1.2.3", 5432)]
    [InlineData("CONNECT [2001:db8::1]:443 HTTP/1.1", "2001:db8::1", 443)]
    public void A_connect_names_a_host_and_a_port(string head, string host, int port)
    {
        var request = ProxyRequest.Read(head);
        Assert.Equal((host, port), (request?.Host, request?.Port));
        Assert.Null(request!.Forward);
    }

    [Theory]
    [InlineData("CONNECT pypi.org HTTP/1.1")]
    [InlineData("CONNECT pypi.org:0 HTTP/1.1")]
    [InlineData("CONNECT pypi.org:65536 HTTP/1.1")]
    [InlineData("CONNECT pypi.org:+443 HTTP/1.1")]
    [InlineData("CONNECT me@pypi.org:443 HTTP/1.1")]
    [InlineData("CONNECT pypi.org/x:443 HTTP/1.1")]
    [InlineData("CONNECT  pypi.org:443 HTTP/1.1")]
    [InlineData("GET / HTTP/1.1\r\nHost: pypi.org")]
    [InlineData("GET https://pypi.org/ HTTP/1.1")]
    [InlineData("GET http://me:secret@pypi.org/ HTTP/1.1")]
    [InlineData("GET ftp://pypi.org/ HTTP/1.1")]
    [InlineData("GET http://pypi.org/ HTTP/2")]
    [InlineData("")]
    public void Anything_else_is_no_request_to_a_proxy(string head) => Assert.Null(ProxyRequest.Read(head));

    [Fact]
    public void A_request_for_an_address_is_sent_on_for_one_connection_and_to_the_host_that_was_decided_on()
    {
        var request = ProxyRequest.Read("POST http://pypi.org:8080/a?b=c HTTP/1.1\r\nHost: other.example\r\nProxy-Connection: keep-alive\r\nContent-Length: 2\r\nproxy-authorization: secret")!;
        Assert.Equal(("pypi.org", 8080), (request.Host, request.Port));
        Assert.Equal("POST /a?b=c HTTP/1.1\r\nHost: pypi.org:8080\r\nContent-Length: 2\r\nConnection: close\r\n\r\n", Encoding.Latin1.GetString(request.Forward!));
    }
}
