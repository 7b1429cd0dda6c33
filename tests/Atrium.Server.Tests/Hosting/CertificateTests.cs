using System.Security.Cryptography.X509Certificates;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Tls;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Hosting;

public sealed class CertificateTests : IDisposable
{
    private static readonly string[] Names = ["localhost", "127.0.0.1", "::1", "hub.example"];
    private readonly TempFolder folder = new();
    private readonly ManualClock clock = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_certificate_is_trusted_by_who_trusts_the_public_file_and_by_nobody_else()
    {
        using var certificate = Open();
        using var authority = X509CertificateLoader.LoadCertificateFromFile(folder["ca.pem"]);
        Assert.True(IsTrusted(certificate, authority));
        using var other = new TempFolder();
        using var stranger = CertificateAuthority.OpenOrCreate(other.Path, clock);
        Assert.False(IsTrusted(certificate, stranger.Certificate));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("hub.example")]
    public void Each_name_and_address_is_in_it(string name)
    {
        using var certificate = Open();
        Assert.True(certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false));
        Assert.False(certificate.MatchesHostname("other.example"));
    }

    [Fact]
    public void Keys_are_readable_by_their_owner_only_and_the_public_file_by_everybody()
    {
        using var certificate = Open();
        Assert.Equal(PrivateFile.OwnerOnly, File.GetUnixFileMode(folder["ca-key.pem"]));
        Assert.Equal(PrivateFile.OwnerOnly, File.GetUnixFileMode(folder["server-key.pem"]));
        Assert.Equal(PrivateFile.Public, File.GetUnixFileMode(folder["ca.pem"]));
        Assert.DoesNotContain("PRIVATE", File.ReadAllText(folder["ca.pem"]));
    }

    [Fact]
    public void A_second_start_shows_the_same_certificate()
    {
        using var first = Open();
        using var second = Open();
        Assert.Equal(first.Thumbprint, second.Thumbprint);
    }

    [Fact]
    public void A_certificate_near_its_end_is_renewed_under_the_same_authority()
    {
        using var first = Open();
        using var authority = X509CertificateLoader.LoadCertificateFromFile(folder["ca.pem"]);
        clock.Now += TimeSpan.FromDays(366);
        using var same = Open();
        Assert.Equal(first.Thumbprint, same.Thumbprint);
        clock.Now += TimeSpan.FromDays(10);
        using var renewed = Open();
        Assert.NotEqual(first.Thumbprint, renewed.Thumbprint);
        Assert.True(IsTrusted(renewed, authority));
    }

    [Fact]
    public void A_new_name_brings_a_new_certificate()
    {
        using var first = Open();
        using var second = Open([.. Names, "10.1.2.3"]);
        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        Assert.True(second.MatchesHostname("10.1.2.3"));
    }

    [Fact]
    public void An_authority_near_its_end_is_made_anew_and_so_is_its_certificate()
    {
        using var first = Open();
        clock.Now += TimeSpan.FromDays(3640);
        using var second = Open();
        using var authority = X509CertificateLoader.LoadCertificateFromFile(folder["ca.pem"]);
        Assert.False(IsTrusted(first, authority));
        Assert.True(IsTrusted(second, authority));
    }

    [Fact]
    public void No_certificate_outlives_its_authority()
    {
        using var authority = CertificateAuthority.OpenOrCreate(folder.Path, clock);
        clock.Now += TimeSpan.FromDays(3500);
        using var certificate = authority.Issue(Names, TimeSpan.FromDays(397), clock.Now);
        Assert.Equal(authority.Certificate.NotAfter, certificate.NotAfter);
    }

    private X509Certificate2 Open(string[]? names = null)
    {
        using var authority = CertificateAuthority.OpenOrCreate(folder.Path, clock);
        return ServerCertificate.OpenOrIssue(folder.Path, authority, names ?? Names, clock);
    }

    private bool IsTrusted(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = clock.Now.LocalDateTime;
        return chain.Build(certificate);
    }
}
