using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Atrium.Testing.Ports;

/// <summary>
/// A port for a server that cannot choose its own, or that comes back to the one it had. It lies below those that the system gives to whoever asks for any (32768 and
/// more on Linux): one of these, once let go, may be somebody else's before the server starts.
/// </summary>
internal static class QuietPort
{
    private const int First = 20_000, End = 32_000;

    /// <summary>A port that nobody listens on.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
            }
        }
    }
}
