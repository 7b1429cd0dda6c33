using System.Security.Cryptography;
using Atrium.Storage.Sealing;
using CsCheck;

namespace Atrium.Server.Tests.Encryption;

/// <summary>Sealed contents: what goes in comes out from any place, and what was changed in any place does not.</summary>
public sealed class SealTests : IDisposable
{
    private const string Name = "a/content";
    private const int Chunk = 64 * 1024;
    private readonly FakeKeys keys = new();
    private readonly string folder = Directory.CreateTempSubdirectory("atrium-seal-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_was_sealed_is_read_from_any_offset_by_reads_of_any_size()
    {
        var lengths = Gen.OneOf(Gen.Int[0, 200], Gen.Int[Chunk - 20, Chunk + 20], Gen.Int[(3 * Chunk) - 20, (3 * Chunk) + 20], Gen.Int[0, 5 * Chunk]);
        await lengths.SelectMany(length => Gen.Select(Gen.Const(length), Gen.Int[0, length], Gen.Int[1, 2 * Chunk], Gen.Int[1, 2 * Chunk], Gen.Bool)).SampleAsync(
            async (length, offset, writes, reads, seekable) =>
            {
                var content = RandomNumberGenerator.GetBytes(length);
                var kept = await SealAsync(content, writes);
                Assert.Equal(Seals.SealedLength(length), kept.Length);
                await using var opened = await OpenAsync(kept, offset, seekable: seekable);
                Assert.Equal(content[offset..], await ReadAsync(opened, reads));
            },
            iter: 200);
        Assert.Equal(0, keys.Held);
    }

    [Fact]
    public async Task A_file_is_read_wherever_one_goes_in_it()
    {
        var content = RandomNumberGenerator.GetBytes((2 * Chunk) + 777);
        var path = Path.Combine(folder, "file");
        await File.WriteAllBytesAsync(path, await SealAsync(content), Cancel);
        await using (var file = await SealedFileStream.OpenAsync(File.OpenRead(path), keys, Name, Cancel))
        {
            Assert.Equal(content.Length, file.Length);
            foreach (var at in (int[])[0, Chunk, 5, (2 * Chunk) + 776, Chunk - 1, content.Length])
            {
                file.Seek(at, SeekOrigin.Begin);
                var part = new byte[Math.Min(1000, content.Length - at)];
                await file.ReadExactlyAsync(part, Cancel);
                Assert.Equal(content[at..(at + part.Length)], part);
            }

            Assert.Equal(0, await file.ReadAsync(new byte[1], Cancel));
        }

        Assert.Equal(0, keys.Held);
    }

    [Fact]
    public async Task A_byte_that_was_changed_is_never_read()
    {
        var content = RandomNumberGenerator.GetBytes(Chunk + 100);
        var kept = await SealAsync(content);
        await Gen.Int[0, kept.Length - 1].SampleAsync(
            async at =>
            {
                var changed = kept.ToArray();
                changed[at] ^= 1;
                await Assert.ThrowsAnyAsync<Exception>(async () =>
                {
                    await using var opened = await OpenAsync(changed, 0);
                    await ReadAsync(opened, Chunk);
                });
            },
            iter: 300);
    }

    [Fact]
    public async Task Chunks_that_were_swapped_cut_off_or_come_from_another_content_are_never_read()
    {
        var content = RandomNumberGenerator.GetBytes(3 * Chunk);
        var (kept, other) = (await SealAsync(content), await SealAsync(content));
        const int sealedChunk = Chunk + 16;
        byte[] swapped = [.. kept[..64], .. kept[(64 + sealedChunk)..(64 + (2 * sealedChunk))], .. kept[64..(64 + sealedChunk)], .. kept[(64 + (2 * sealedChunk))..]];
        byte[] mixed = [.. kept[..(64 + sealedChunk)], .. other[(64 + sealedChunk)..]];
        foreach (var changed in (byte[][])[swapped, kept[..^sealedChunk], kept[..^1], mixed])
        {
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await using var opened = await OpenAsync(changed, 0);
                await ReadAsync(opened, Chunk);
            });
        }

        await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
        {
            await using var opened = await OpenAsync(kept, 0, "another/content");
            await ReadAsync(opened, Chunk);
        });
    }

    [Fact]
    public async Task No_part_of_a_content_can_be_seen_in_what_is_kept()
    {
        var content = Enumerable.Repeat("a secret that repeats "u8.ToArray(), 10_000).SelectMany(part => part).ToArray();
        var kept = await SealAsync(content);
        Assert.Equal(-1, kept.AsSpan().IndexOf("secret"u8));
        Assert.NotEqual(kept, await SealAsync(content));
    }

    [Fact]
    public async Task A_key_that_is_withdrawn_stops_who_is_reading()
    {
        var content = RandomNumberGenerator.GetBytes(4 * Chunk);
        await using var opened = await OpenAsync(await SealAsync(content), 0);
        await opened.ReadExactlyAsync(new byte[Chunk], Cancel);
        keys.IsWithdrawn = true;
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await opened.ReadExactlyAsync(new byte[Chunk], Cancel));
    }

    [Fact]
    public async Task What_is_not_sealed_is_told() =>
        await Assert.ThrowsAsync<InvalidDataException>(async () => await OpenAsync(new byte[200], 0));

    private async Task<byte[]> SealAsync(byte[] content, int reads = 50_000)
    {
        using var key = await keys.OpenAsync(FakeKeys.Id, Cancel);
        await using var sealing = Seals.Seal(new MemoryStream(content), content.Length, key, Name);
        return await ReadAsync(sealing, reads);
    }

    private ValueTask<Stream> OpenAsync(byte[] kept, long offset, string name = Name, bool seekable = true) => Seals.OpenAsync(
        (at, _) => new(seekable ? new MemoryStream(kept) { Position = at } : new OneWay(new MemoryStream(kept) { Position = at })), keys, name, offset, Cancel);

    private static async Task<byte[]> ReadAsync(Stream stream, int reads)
    {
        var (all, buffer) = (new MemoryStream(), new byte[reads]);
        for (int read; (read = await stream.ReadAsync(buffer, Cancel)) > 0;)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    /// <summary>Cannot go back, as a stream from elsewhere.</summary>
    private sealed class OneWay(Stream inner) : Atrium.Storage.Contents.ForwardStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);
    }

    private sealed class FakeKeys : IContentKeys
    {
        public static readonly Guid Id = Guid.NewGuid();
        private readonly byte[] bytes = RandomNumberGenerator.GetBytes(32);
        private int held;

        public int Held => held;

        public bool IsWithdrawn { get; set; }

        public ValueTask<ContentKey?> ForAsync(Guid account, string container, CancellationToken cancellationToken) => new(new Key(this));

        public ValueTask<ContentKey> OpenAsync(Guid key, CancellationToken cancellationToken) => key == Id ? new(new Key(this)) : throw new CryptographicException("no such key");

        private sealed class Key : ContentKey
        {
            private readonly FakeKeys keys;

            public Key(FakeKeys keys)
            {
                this.keys = keys;
                Interlocked.Increment(ref keys.held);
            }

            public override Guid Id => FakeKeys.Id;

            public override void Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> key) => HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.bytes, key, salt, info);

            public override void DemandUsable()
            {
                if (keys.IsWithdrawn)
                {
                    throw new InvalidOperationException("withdrawn");
                }
            }

            protected override void Dispose(bool disposing) => Interlocked.Decrement(ref keys.held);
        }
    }
}
