using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Atrium.Server.Hosting.Tls;

/// <summary>
/// The installation's own authority: made at the first start, it signs nothing but this server's certificate.
/// <c>ca.pem</c> is what clients come to trust; the key stays in <c>ca-key.pem</c>.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    public const string PublicFile = "ca.pem";
    private const string KeyFile = "ca-key.pem";
    private const int SerialBytes = 16;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3652);

    /// <summary>With less than this left a new authority is made, which clients have to be told of.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    /// <summary>Clocks of clients may be behind.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    private CertificateAuthority(X509Certificate2 certificate, bool isReplaced)
    {
        Certificate = certificate;
        IsReplaced = isReplaced;
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>Made just now in the place of one near its end.</summary>
    public bool IsReplaced { get; }

    public static CertificateAuthority OpenOrCreate(string folder, TimeProvider clock)
    {
        PrivateFile.CreateFolder(folder);
        var keyPath = Path.Combine(folder, KeyFile);
        var now = clock.GetUtcNow();
        var known = File.Exists(keyPath) ? X509Certificate2.CreateFromPemFile(keyPath) : null;
        var isReplaced = known is not null && known.NotAfter.ToUniversalTime() - now < Renewal;
        if (known is null || isReplaced)
        {
            known?.Dispose();
            known = Create(now);
            PrivateFile.Write(keyPath, ServerCertificate.ToPem(known));
        }

        // Certificate and key came in one file; the public one is only its copy, made again when it was lost.
        var publicPath = Path.Combine(folder, PublicFile);
        var pem = known.ExportCertificatePem() + "\n";
        if (!File.Exists(publicPath) || File.ReadAllText(publicPath) != pem)
        {
            PrivateFile.Write(publicPath, pem, PrivateFile.Public);
        }

        return new(known, isReplaced);
    }

    /// <summary>A server certificate for the names, valid from now on.</summary>
    public X509Certificate2 Issue(IReadOnlyList<string> names, TimeSpan lifetime, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}, O=Atrium", key, HashAlgorithmName.SHA256);
        var subjects = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                subjects.AddIpAddress(address);
            }
            else
            {
                subjects.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(subjects.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1", "TLS server")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));

        var end = now + lifetime;
        var last = new DateTimeOffset(Certificate.NotAfter.ToUniversalTime());
        var first = new DateTimeOffset(Certificate.NotBefore.ToUniversalTime());
        using var bare = request.Create(Certificate, now - Skew < first ? first : now - Skew, end < last ? end : last, Serial());
        return bare.CopyWithPrivateKey(key);
    }

    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // The name tells installations apart in a client's list of authorities.
        var request = new CertificateRequest(
            $"CN=Atrium local authority {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}, O=Atrium", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now - Skew, now + Lifetime);
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] &= 0x7F;
        return serial;
    }
}
