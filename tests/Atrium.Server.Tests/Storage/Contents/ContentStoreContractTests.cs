using System.Security.Cryptography;
using Atrium.Storage.Contents;

namespace Atrium.Server.Tests.Storage.Contents;

/// <summary>What every content store does.</summary>
public abstract class ContentStoreContractTests
{
    private const int Part = 8 * 1024 * 1024;
    private readonly Guid account = Guid.NewGuid();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(Part)]
    [InlineData(Part + 1)]
    [InlineData((2 * Part) + 4321)]
    public async Task What_was_put_is_read_from_any_offset(int length)
    {
        var store = await OpenAsync();
        var (id, content) = (NewId(), RandomNumberGenerator.GetBytes(length));
        await store.PutAsync(id, new Trickle(content), length, Cancel);
        foreach (var offset in (int[])[0, 1, length / 3, length / 2, length - 1])
        {
            foreach (var part in (int[])[length - offset, 1, 1000])
            {
                if (offset < length && offset + part <= length)
                {
                    var read = await ReadAsync(store, id, offset, part);
                    Assert.True(content.AsSpan(offset, part).SequenceEqual(read), $"{part} bytes at {offset} of {length} are others.");
                }
            }
        }
    }

    [Fact]
    public async Task Only_the_announced_bytes_are_taken()
    {
        var store = await OpenAsync();
        var (id, content) = (NewId(), RandomNumberGenerator.GetBytes(100_000));
        var stream = new Trickle(content);
        await store.PutAsync(id, stream, 60_000, Cancel);
        Assert.Equal(content[..60_000], await ReadAsync(store, id, 0, 60_000));
        Assert.Equal(60_000, stream.Given);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        var store = await OpenAsync();
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await store.OpenAsync(NewId(), 0, 10, Cancel));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData((2 * Part) + 5)]
    public async Task A_content_that_ends_early_is_not_kept(int length)
    {
        var store = await OpenAsync();
        var id = NewId();
        await Assert.ThrowsAsync<EndOfStreamException>(() => store.PutAsync(id, new Trickle(RandomNumberGenerator.GetBytes(length)), length + 1, Cancel));
        await AssertIsNotThereAsync(store, id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Part + 5)]
    public async Task A_content_whose_caller_breaks_off_is_not_kept(int before)
    {
        var store = await OpenAsync();
        var id = NewId();
        var broken = new Trickle(RandomNumberGenerator.GetBytes(3 * Part)) { BreaksAt = before };
        await Assert.ThrowsAsync<BrokenOffException>(() => store.PutAsync(id, broken, 3 * Part, Cancel));
        await AssertIsNotThereAsync(store, id);
    }

    [Fact]
    public async Task What_was_deleted_is_gone_and_may_be_deleted_again()
    {
        var store = await OpenAsync();
        var (id, other) = (NewId(), NewId());
        await store.PutAsync(id, new Trickle([1, 2, 3]), 3, Cancel);
        await store.PutAsync(other, new Trickle([4]), 1, Cancel);
        await store.DeleteAsync(id, Cancel);
        await store.DeleteAsync(id, Cancel);
        await AssertIsNotThereAsync(store, id);
        Assert.Equal([4], await ReadAsync(store, other, 0, 1));
    }

    [Fact]
    public async Task Everything_is_listed_also_that_of_other_accounts()
    {
        var store = await OpenAsync();
        var ids = Enumerable.Range(0, 12).Select(n => n % 3 == 0 ? ContentId.New(Guid.NewGuid(), DateTimeOffset.UnixEpoch) : n % 3 == 1 ? NewId() : ContentId.NewSealed(account, TimeProvider.System.GetUtcNow())).ToList();
        foreach (var id in ids)
        {
            await store.PutAsync(id, new Trickle([7]), 1, Cancel);
        }

        var listed = await ListAsync(store);
        Assert.All(ids, id => Assert.Contains(id, listed));
    }

    [Fact]
    public async Task Many_at_once_do_not_mix()
    {
        var store = await OpenAsync();
        await Parallel.ForAsync(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Cancel }, async (number, token) =>
        {
            var (id, content) = (NewId(), RandomNumberGenerator.GetBytes(number % 4 == 0 ? Part + number : 30_000 + number));
            await store.PutAsync(id, new Trickle(content), content.Length, token);
            var read = await ReadAsync(store, id, 0, content.Length);
            Assert.True(content.AsSpan().SequenceEqual(read));
        });
    }

    [Fact]
    public async Task A_reader_who_breaks_off_disturbs_nobody()
    {
        var store = await OpenAsync();
        var (id, content) = (NewId(), RandomNumberGenerator.GetBytes(Part));
        await store.PutAsync(id, new Trickle(content), content.Length, Cancel);
        for (var time = 0; time < 20; time++)
        {
            await using var broken = await store.OpenAsync(id, 0, content.Length, Cancel);
            await broken.ReadExactlyAsync(new byte[100], Cancel);
        }

        var whole = await ReadAsync(store, id, 0, content.Length);
        Assert.True(content.AsSpan().SequenceEqual(whole));
    }

    protected abstract Task<IContentStore> OpenAsync();

    protected ContentId NewId() => ContentId.New(account, TimeProvider.System.GetUtcNow());

    protected static async Task<HashSet<ContentId>> ListAsync(IContentStore store)
    {
        var listed = new HashSet<ContentId>();
        await foreach (var id in store.ListAsync(Cancel))
        {
            listed.Add(id);
        }

        return listed;
    }

    private static async Task<byte[]> ReadAsync(IContentStore store, ContentId id, long offset, int length)
    {
        await using var stream = await store.OpenAsync(id, offset, length, Cancel);
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, Cancel);
        return bytes;
    }

    private static async Task AssertIsNotThereAsync(IContentStore store, ContentId id)
    {
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await store.OpenAsync(id, 0, 1, Cancel));
        Assert.DoesNotContain(id, await ListAsync(store));
    }

    protected sealed class BrokenOffException() : IOException("The caller is gone.");

    /// <summary>Bytes as a connection gives them: forwards, some at a time.</summary>
    protected sealed class Trickle(byte[] content) : ForwardStream
    {
        private const int Most = 100_000;

        public int Given { get; private set; }

        public int BreaksAt { get; init; } = int.MaxValue;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (Given >= BreaksAt)
            {
                throw new BrokenOffException();
            }

            var given = Math.Min(Math.Min(Most, buffer.Length), content.Length - Given);
            content.AsMemory(Given, given).CopyTo(buffer);
            Given += given;
            return given;
        }
    }
}
