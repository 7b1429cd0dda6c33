using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Atrium.Server.Hosting.Tls;

/// <summary>The server's certificate under the installation's own authority: kept in a file, issued again when it is near its end or names are missing.</summary>
internal static class ServerCertificate
{
    private const string FileName = "server-key.pem";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    public static X509Certificate2 OpenOrIssue(string folder, CertificateAuthority authority, IReadOnlyList<string> names, TimeProvider clock)
    {
        var path = Path.Combine(folder, FileName);
        var now = clock.GetUtcNow();
        if (File.Exists(path))
        {
            var known = X509Certificate2.CreateFromPemFile(path);
            if (Serves(known, authority.Certificate, names, now))
            {
                return known;
            }

            known.Dispose();
        }

        var issued = authority.Issue(names, Lifetime, now);
        PrivateFile.Write(path, ToPem(issued));
        return issued;
    }

    /// <summary>Whether the certificate is this authority's, names all of the names and lasts a while.</summary>
    public static bool Serves(X509Certificate2 certificate, X509Certificate2 authority, IReadOnlyList<string> names, DateTimeOffset now)
    {
        if (now < certificate.NotBefore.ToUniversalTime() || certificate.NotAfter.ToUniversalTime() - now < Renewal || !IsSignedBy(certificate, authority))
        {
            return false;
        }

        var subjects = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        var held = subjects.EnumerateDnsNames().Concat(subjects.EnumerateIPAddresses().Select(a => a.ToString())).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return names.All(n => held.Contains(IPAddress.TryParse(n, out var address) ? address.ToString() : n));
    }

    /// <summary>With the certificates between it and its authority, as clients want to see them.</summary>
    public static SslStreamCertificateContext Context(X509Certificate2 certificate, X509Certificate2Collection? between = null) =>
        SslStreamCertificateContext.Create(certificate, between, offline: true);

    public static string ToPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The certificate has no private key.");
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private static bool IsSignedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;

        // The dates are judged by the caller's clock.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(certificate);
    }
}
