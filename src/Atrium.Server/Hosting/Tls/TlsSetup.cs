using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Atrium.Server.Hosting.Tls;

/// <summary>Listening: plain HTTP on loopback, HTTPS where the operator wants it.</summary>
internal static class TlsSetup
{
    public static IServiceCollection AddTls(this IServiceCollection services) => services
        .AddSingleton<TlsState>()
        .AddHostedService<TlsRenewal>();

    public static void ListenAs(this KestrelServerOptions kestrel, AtriumOptions.ListenOptions listen)
    {
        // Made when the server starts, by the renewal: a server that is only built writes nothing.
        var services = kestrel.ApplicationServices;
        Listen(kestrel, AtriumOptions.ListenOptions.Localhost, listen.Port, _ => { });
        Listen(kestrel, listen.Address, listen.HttpsPort ?? (listen.Port == 0 ? 0 : listen.Port + 1), https => https.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = connection => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = services.GetRequiredService<TlsState>().For(connection.ClientHelloInfo.ServerName),
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            }),
        }));
    }

    private static void Listen(KestrelServerOptions kestrel, string address, int port, Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions> configure)
    {
        switch (address)
        {
            // The two loopback addresses would get two different free ports.
            case AtriumOptions.ListenOptions.Localhost when port == 0:
                kestrel.Listen(IPAddress.Loopback, 0, configure);
                break;
            case AtriumOptions.ListenOptions.Localhost:
                kestrel.ListenLocalhost(port, configure);
                break;
            case AtriumOptions.ListenOptions.Everywhere:
                kestrel.ListenAnyIP(port, configure);
                break;
            default:
                kestrel.Listen(IPAddress.Parse(address), port, configure);
                break;
        }
    }
}
