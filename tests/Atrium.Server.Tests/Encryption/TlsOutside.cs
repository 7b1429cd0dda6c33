using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Atrium.Server.Egress;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Encryption;

/// <summary>Connections over TLS to a server of a test, proved by its own authority. They can be made to give nothing back any more.</summary>
internal sealed class TlsOutside(HubServer server) : IOutside
{
    private int sent;

    public IReadOnlySet<IPAddress> OwnAddresses { get; } = new HashSet<IPAddress>();

    /// <summary>What the other side does with the calls that it takes.</summary>
    public Manner Manner { get; set; }

    /// <summary>How often something was written to the other side, proofs of who it is left out.</summary>
    public int Sent => Volatile.Read(ref sent);

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Parse(host)]);

    public async Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        using var trusting = HubClients.TrustingHandler(Path.Combine(server.Data, "tls", "ca.pem"));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync([.. addresses], port, cancellationToken);
            var secure = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await secure.AuthenticateAsClientAsync(new() { TargetHost = "localhost", CertificateChainPolicy = trusting.SslOptions.CertificateChainPolicy }, cancellationToken);
            return new Connection(this, secure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads as the other side answers.</summary>
    private sealed class Connection(TlsOutside outside, Stream inner) : Stream
    {
        private static readonly TimeSpan BetweenBytes = TimeSpan.FromMilliseconds(200);

        /// <summary>As with a socket, whoever closes it ends the reads that wait.</summary>
        private readonly CancellationTokenSource closed = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // What reads ahead began while all was well, so what comes is kept back too.
            var manner = outside.Manner;
            var read = await inner.ReadAsync(manner is Manner.Drips && buffer.Length > 1 ? buffer[..1] : buffer, cancellationToken);
            await (outside.Manner switch
            {
                Manner.Hangs when buffer.Length > 0 => Task.Delay(Timeout.InfiniteTimeSpan, closed.Token),
                Manner.Drips when buffer.Length > 0 => Task.Delay(BetweenBytes, closed.Token),
                _ => Task.CompletedTask,
            });
            return read;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref outside.sent);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                closed.Cancel();
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>How a server outside answers.</summary>
public enum Manner
{
    /// <summary>At once.</summary>
    Answers,

    /// <summary>Takes calls and says nothing.</summary>
    Hangs,

    /// <summary>A byte now and then.</summary>
    Drips,
}
