using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Atrium.Server.Network.Namespaces;

/// <summary>Sockets that lie in a network namespace and are used from outside it: a socket stays where it was made.</summary>
internal static partial class NamespaceSockets
{
    private const int NetworkNamespaceKind = 0x40000000;
    private const int IpLevel = 0;
    private const int OriginalDestination = 80;
    private const int AddressBytes = 16;
    private const int Backlog = 128;

    /// <summary>Listens on the loopback card within a namespace.</summary>
    /// <param name="file">Of the namespace.</param>
    /// <exception cref="Win32Exception">The namespace cannot be entered.</exception>
    public static Socket Listen(string file)
    {
        Socket? made = null;
        Exception? failure = null;

        // A thread of its own: were it to fail on its way back, no other work would be found in the wrong network.
        var thread = new Thread(() =>
        {
            try
            {
                using var target = File.OpenHandle(file, share: FileShare.ReadWrite | FileShare.Delete);
                Enter(target);
#pragma warning disable RS0030 // It listens, and calls nobody.
                made = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
#pragma warning restore RS0030
                made.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                made.Listen(Backlog);
            }
            catch (Exception wrong)
            {
                failure = wrong;
                made?.Dispose();
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? made! : throw failure;
    }

    /// <summary>Where a connection was meant for before the packet filter led it to the relay.</summary>
    public static IPEndPoint? MeantFor(Socket accepted)
    {
        Span<byte> address = stackalloc byte[AddressBytes];
        try
        {
            return accepted.GetRawSocketOption(IpLevel, OriginalDestination, address) == AddressBytes ? new(new IPAddress(address.Slice(4, 4)), (address[2] << 8) | address[3]) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static void Enter(SafeFileHandle target)
    {
        if (SetNamespace(target, NetworkNamespaceKind) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNamespace(SafeFileHandle file, int kind);
}
