using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Hosting.Tls;

/// <summary>The certificates in use. New connections get the newest ones; open ones keep theirs.</summary>
internal sealed partial class TlsState : IDisposable
{
    private readonly AtriumOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<TlsState> logger;
    private volatile Certificates current;

    public TlsState(IOptions<AtriumOptions> options, TimeProvider clock, ILogger<TlsState> logger)
    {
        this.options = options.Value;
        this.clock = clock;
        this.logger = logger;
        current = Load();
    }

    private string Folder => Path.Combine(options.Data, "tls");

    /// <summary>What to show a caller who asked for a host name, or for none: an address, or a client that names no host.</summary>
    public SslStreamCertificateContext For(string? hostName) =>
        current.Given is { } given && !string.IsNullOrEmpty(hostName) && given.TargetCertificate.MatchesHostname(hostName) ? given : current.Own;

    /// <summary>Renews what is near its end and takes up what the operator replaced.</summary>
    public void Refresh()
    {
        try
        {
            // The old ones may still be in a handshake, so the collector takes them.
            current = Load();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or Settings.SettingsException)
        {
            LogRefreshFailed(failure);
        }
    }

    public void Dispose()
    {
        current.Own.TargetCertificate.Dispose();
        current.Given?.TargetCertificate.Dispose();
    }

    private Certificates Load()
    {
        using var authority = CertificateAuthority.OpenOrCreate(Folder, clock);
        if (authority.IsReplaced)
        {
            LogAuthorityReplaced(Path.Combine(Folder, CertificateAuthority.PublicFile), authority.Certificate.NotAfter);
        }

        var own = ServerCertificate.OpenOrIssue(Folder, authority, ServerNames.Of(options), clock);
        return new(ServerCertificate.Context(own), Given());
    }

    private SslStreamCertificateContext? Given()
    {
        if (options.Tls is not { CertificateFile: { } file, KeyFile: { } keyFile })
        {
            return null;
        }

        try
        {
            var between = new X509Certificate2Collection();
            between.ImportFromPemFile(file);
            return ServerCertificate.Context(X509Certificate2.CreateFromPemFile(file, keyFile), between);
        }
        catch (CryptographicException broken)
        {
            throw new Settings.SettingsException([$"Tls:CertificateFile is '{file}' and Tls:KeyFile '{keyFile}'. Allowed: PEM files of a certificate and of its private key. {broken.Message}"]);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The certificate authority came near its end and was replaced: '{File}', valid until {NotAfter:u}. Clients have to trust the new one ('atrium trust').")]
    private partial void LogAuthorityReplaced(string file, DateTime notAfter);

    [LoggerMessage(LogLevel.Error, "The certificates could not be renewed; the old ones stay.")]
    private partial void LogRefreshFailed(Exception failure);

    private sealed record Certificates(SslStreamCertificateContext Own, SslStreamCertificateContext? Given);
}
