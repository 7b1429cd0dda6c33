using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Atrium.Clients.Tests.Storage;

/// <summary>Several clients at once on one blob, each with connections of its own: readers see one writer's content whole, and no write that was told to hold is lost.</summary>
public sealed class ConcurrentBlobTests(Hub hub)
{
    private const int Clients = 4;
    private const int Readers = 3;
    private const int BlockBytes = 500_000;
    private const int Blocks = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readers_of_a_blob_that_several_clients_put_together_from_blocks_see_one_of_them_whole()
    {
        const int roundsOfEach = 6;
        var name = await NewContainerAsync();
        var sent = new ConcurrentDictionary<string, int>();
        await CommitAsync(await NewClientAsync(name), 0, sent);

        using var written = new CancellationTokenSource();
        var begun = new Meeting(Readers);
        var readers = Enumerable.Range(0, Readers).Select(async _ =>
        {
            var blob = await NewClientAsync(name);
            var seen = new HashSet<string>();
            for (var isLast = false; !isLast;)
            {
                isLast = written.IsCancellationRequested;
                var whole = (await blob.DownloadContentAsync(Cancel)).Value.Content.ToArray();
                var hash = Convert.ToHexString(SHA256.HashData(whole));
                Assert.True(sent.ContainsKey(hash), $"{whole.Length} bytes that nobody sent.");
                if (seen.Add(hash) && seen.Count == 1)
                {
                    begun.Arrive();
                }

                // In ranges, many at once: all of one version, or told that it was written over meanwhile.
                using var ranges = new MemoryStream();
                try
                {
                    await blob.DownloadToAsync(ranges, new BlobDownloadToOptions { TransferOptions = new() { InitialTransferSize = 300_001, MaximumTransferSize = 300_001, MaximumConcurrency = 4 } }, Cancel);
                    Assert.True(sent.ContainsKey(Convert.ToHexString(SHA256.HashData(ranges.ToArray()))), "Ranges of several versions.");
                }
                catch (RequestFailedException over) when (over.Status == 412)
                {
                }
            }

            return seen.Count;
        }).ToList();

        await Task.WhenAny(begun.AllAreThere, Task.WhenAll(readers));
        var (done, undone) = (0, 0);
        await Task.WhenAll(Enumerable.Range(1, Clients).Select(async writer =>
        {
            var blob = await NewClientAsync(name);
            for (var round = 0; round < roundsOfEach;)
            {
                if (await CommitAsync(blob, (writer * 1000) + round, sent))
                {
                    Interlocked.Increment(ref done);
                    round++;
                }
                else
                {
                    Assert.True(Interlocked.Increment(ref undone) < 500, "Nobody gets anywhere.");
                }
            }
        }));
        await written.CancelAsync();
        var seen = await Task.WhenAll(readers);
        TestContext.Current.TestOutputHelper!.WriteLine($"{done} lists committed, {undone} whose blocks another's commit had taken away; versions seen by the readers: {string.Join(", ", seen)}");
        Assert.Equal(Clients * roundsOfEach, done);
        Assert.All(seen, versions => Assert.True(versions > 1, "A reader saw the first version only."));
    }

    [Fact]
    public async Task Who_overwrites_on_the_condition_of_what_was_read_loses_nobodys_write()
    {
        const int additionsOfEach = 15;
        var name = await NewContainerAsync();
        await (await NewClientAsync(name)).UploadAsync(new MemoryStream("0"u8.ToArray()), cancellationToken: Cancel);
        var refused = 0;
        var begun = new Meeting(Clients);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            var blob = await NewClientAsync(name);
            var hasMet = false;
            for (var added = 0; added < additionsOfEach;)
            {
                var read = (await blob.DownloadContentAsync(Cancel)).Value;
                var next = int.Parse(read.Content.ToString(), CultureInfo.InvariantCulture) + 1;
                if (!hasMet)
                {
                    // All have read the same before the first writes.
                    hasMet = true;
                    begun.Arrive();
                    await begun.AllAreThere.WaitAsync(Cancel);
                }

                try
                {
                    await blob.UploadAsync(new MemoryStream(BinaryData.FromString($"{next}").ToArray()), new BlobUploadOptions { Conditions = new() { IfMatch = read.Details.ETag } }, Cancel);
                    added++;
                }
                catch (RequestFailedException over) when (over is { Status: 412, ErrorCode: "ConditionNotMet" })
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }));
        Assert.Equal($"{Clients * additionsOfEach}", (await (await NewClientAsync(name)).DownloadContentAsync(Cancel)).Value.Content.ToString());
        Assert.True(refused >= Clients - 1, $"Only {refused} were refused.");

        // The first of many who may only make it.
        var other = await NewContainerAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async writer =>
        {
            try
            {
                await (await NewClientAsync(other)).UploadAsync(new MemoryStream(BinaryData.FromString($"{writer}").ToArray()), new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, Cancel);
                return writer;
            }
            catch (RequestFailedException there) when (there is { Status: 409, ErrorCode: "BlobAlreadyExists" })
            {
                return -1;
            }
        }));
        var first = Assert.Single(made, writer => writer >= 0);
        Assert.Equal($"{first}", (await (await NewClientAsync(other)).DownloadContentAsync(Cancel)).Value.Content.ToString());
    }

    [Fact]
    public async Task A_lease_lets_one_client_at_a_time_write()
    {
        const int additionsOfEach = 8;
        var name = await NewContainerAsync();
        await (await NewClientAsync(name)).UploadAsync(new MemoryStream("0"u8.ToArray()), cancellationToken: Cancel);
        var (waited, holders) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            var blob = await NewClientAsync(name);
            var lease = blob.GetBlobLeaseClient();
            for (var added = 0; added < additionsOfEach;)
            {
                try
                {
                    await lease.AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancel);
                }
                catch (RequestFailedException held) when (held is { Status: 409, ErrorCode: "LeaseAlreadyPresent" })
                {
                    Interlocked.Increment(ref waited);
                    await Task.Delay(5, Cancel);
                    continue;
                }

                Assert.Equal(1, Interlocked.Increment(ref holders));
                while (Volatile.Read(ref waited) == 0)
                {
                    await Task.Delay(5, Cancel);
                }

                var value = int.Parse((await blob.DownloadContentAsync(Cancel)).Value.Content.ToString(), CultureInfo.InvariantCulture);
                var without = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(new MemoryStream("999"u8.ToArray()), cancellationToken: Cancel));
                Assert.Equal((412, "LeaseIdMissing"), (without.Status, without.ErrorCode));
                await blob.UploadAsync(new MemoryStream(BinaryData.FromString($"{value + 1}").ToArray()), new BlobUploadOptions { Conditions = new() { LeaseId = lease.LeaseId } }, Cancel);
                Interlocked.Decrement(ref holders);
                await lease.ReleaseAsync(cancellationToken: Cancel);
                added++;
            }
        }));
        Assert.Equal($"{Clients * additionsOfEach}", (await (await NewClientAsync(name)).DownloadContentAsync(Cancel)).Value.Content.ToString());
    }

    /// <summary>Stages blocks of one's own all at once and commits them; false where another one's commit took them away meanwhile, as the published service does.</summary>
    private static async Task<bool> CommitAsync(BlockBlobClient blob, int seed, ConcurrentDictionary<string, int> sent)
    {
        var content = StorageAccess.Bytes(Blocks * BlockBytes, seed + 1);
        sent[Convert.ToHexString(SHA256.HashData(content))] = seed;
        var ids = Enumerable.Range(0, Blocks).Select(_ => Convert.ToBase64String(Guid.NewGuid().ToByteArray())).ToArray();
        await Task.WhenAll(ids.Select((id, i) => blob.StageBlockAsync(id, new MemoryStream(content, i * BlockBytes, BlockBytes), cancellationToken: Cancel)));
        try
        {
            await blob.CommitBlockListAsync(ids, cancellationToken: Cancel);
            return true;
        }
        catch (RequestFailedException taken) when (taken is { Status: 400, ErrorCode: "InvalidBlockList" })
        {
            return false;
        }
    }

    /// <summary>Waits until so many have arrived.</summary>
    private sealed class Meeting(int wanted)
    {
        private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int arrived;

        public Task AllAreThere => all.Task;

        public void Arrive()
        {
            if (Interlocked.Increment(ref arrived) == wanted)
            {
                all.SetResult();
            }
        }
    }

    private async Task<string> NewContainerAsync()
    {
        var container = (await hub.BlobsAsync()).GetBlobContainerClient(Hub.Unique("many"));
        await container.CreateAsync(cancellationToken: Cancel);
        return container.Name;
    }

    private async Task<BlockBlobClient> NewClientAsync(string container) => (await hub.BlobsAsync()).GetBlobContainerClient(container).GetBlockBlobClient("contended");
}
