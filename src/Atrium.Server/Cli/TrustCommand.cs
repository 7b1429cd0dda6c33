using System.CommandLine;
using Atrium.Server.Hosting.Tls;

namespace Atrium.Server.Cli;

/// <summary>Prints how clients come to trust the installation's certificate authority.</summary>
internal static class TrustCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var command = new Command("trust", "Print how .NET, Node, Python, curl and browsers come to trust this hub's certificate authority. Changes nothing.") { data };
        command.SetAction(parsed => Run(LastData.Find(parsed.GetValue(data))));
        return command;
    }

    private static int Run(string data)
    {
        var ca = Path.Combine(data, "tls", CertificateAuthority.PublicFile);
        if (!File.Exists(ca))
        {
            throw new CliException($"'{ca}' is not there yet: it is made at the first start ('atrium up').");
        }

        var quoted = Shell.Quote(ca);
        var bundle = Shell.Quote(Path.Combine(data, "tls", "ca-bundle.pem"));
        Console.WriteLine($"""
            This hub has a certificate authority of its own. Its certificate (no secret) is
              {ca}

            curl
              curl --cacert {quoted} https://...

            Node (adds to what Node trusts; read when Node starts)
              export NODE_EXTRA_CA_CERTS={quoted}

            .NET and everything else on OpenSSL
              SSL_CERT_FILE takes the place of the system's list, so make one file of both first:
              cat /etc/ssl/certs/ca-certificates.crt {quoted} > {bundle}
              export SSL_CERT_FILE={bundle}

            Python (requests, httpx)
              the same file:
              export REQUESTS_CA_BUNDLE={bundle} SSL_CERT_FILE={bundle}

            The whole machine, all of the above at once but Node (Debian, Ubuntu; needs root)
              sudo cp {quoted} /usr/local/share/ca-certificates/atrium.crt && sudo update-ca-certificates

            Browsers
              Firefox: Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import.
              Chromium on Linux:
              certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Atrium -i {quoted}

            Plain HTTP on loopback needs none of this, but takes keys only, no tokens.
            """);
        return ExitCodes.Done;
    }
}
