using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Atrium.Server.Hosting.Transport;

/// <summary>
/// The buffers of connections: blocks of 32 KiB. A receive fills one block at most, and the framework's have 4 KiB, which makes 65,536 receives of a blob of 256 MiB.
/// A connection that waits for a request holds none. One pool for all connections, so that what it keeps is bounded for the server.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    private const int BlockBytes = 32 * 1024;
    private const int MostKept = 512;
    private readonly ConcurrentQueue<Block> kept = new();

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        return (kept.TryDequeue(out var block) ? block : new Block(this)).Take();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        if (kept.Count < MostKept)
        {
            kept.Enqueue(block);
        }
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        // 1 while it is rented: what is given back twice must not be given to two.
        private int isRented;

        /// <inheritdoc/>
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public Block Take()
        {
            isRented = 1;
            return this;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref isRented, 0) == 1)
            {
                pool.Return(this);
            }
        }
    }
}

/// <summary>Gives every listener the one pool.</summary>
internal sealed class BlockPoolFactory : IMemoryPoolFactory<byte>
{
    private static readonly BlockPool Pool = new();

    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => Pool;
}
