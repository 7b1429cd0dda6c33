using Atrium.Server.Hosting.Transport;

namespace Atrium.Server.Tests.Hosting;

public sealed class BlockPoolTests
{
    [Fact]
    public void Every_listener_has_the_same_pool() => Assert.Same(new BlockPoolFactory().Create(), new BlockPoolFactory().Create());

    [Fact]
    public void What_is_given_back_is_given_out_again()
    {
        var pool = new BlockPool();
        var first = pool.Rent();
        var memory = first.Memory;
        Assert.Equal(pool.MaxBufferSize, memory.Length);
        first.Dispose();
        Assert.True(pool.Rent().Memory.Equals(memory));
    }

    [Fact]
    public void What_is_given_back_twice_is_not_given_to_two()
    {
        var pool = new BlockPool();
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();
        Assert.NotSame(pool.Rent(), pool.Rent());
    }

    [Fact]
    public void More_than_a_block_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new BlockPool().Rent(32 * 1024 + 1));
}
