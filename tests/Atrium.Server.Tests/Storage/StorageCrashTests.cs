using System.Net;
using System.Security.Cryptography;
using Atrium.Server.Tests.Crash;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Storage;

/// <summary>kill -9 of the whole server while clients upload blobs and write ranges of files.</summary>
public sealed class StorageCrashTests
{
    private const int Writes = 600;
    private const int MostWritesOfALife = 150;
    private const int LongestMoment = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_kills_at_random_moments_what_was_acknowledged_is_there_and_no_torn_upload_shows()
    {
        using var hub = await KillableHub.StartAsync("--Models:Warm", "false");
        var account = $"/subscriptions/{hub["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}/providers/Microsoft.Storage/storageAccounts/{hub["storageAccount"]}";
        var keys = await (await hub.ClientsAsync()).Management.CallAsync("POST", $"{account}/listKeys?api-version=2023-05-01");
        var storage = new CrashingStorage(hub, hub["storageAccount"], AccountSas.Make(hub["storageAccount"], (string)keys.Body["keys"]![0]!["value"]!));
        CrashingUploads[] uploads = [.. Enumerable.Range(0, 3).Select(number => new CrashingUploads(storage, number))];
        CrashingRanges[] ranges = [.. Enumerable.Range(0, 2).Select(number => new CrashingRanges(storage, number))];
        await Task.WhenAll([.. uploads.Select(u => u.BeginAsync()), .. ranges.Select(r => r.BeginAsync())]);

        var writing = Task.WhenAll([.. uploads.Select(u => WriteAsync(u.WriteAsync)), .. ranges.Select(r => WriteAsync(r.WriteAsync))]);
        var kills = 0;
        while (!writing.IsCompleted)
        {
            await KillableHub.MomentAsync(writing, () => storage.Acknowledged, RandomNumberGenerator.GetInt32(MostWritesOfALife), LongestMoment);
            await hub.CrashAsync();
            kills++;
        }

        await writing;
        await hub.CrashAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"{storage.Acknowledged} acknowledged, {storage.Cut} cut, {kills + 1} kills");
        Assert.True(kills > 2, "The writes were over before the third kill.");
        Assert.True(storage.Cut > 0, "No kill cut a write.");
        await Task.WhenAll([.. uploads.Select(u => u.CheckAllAsync()), .. ranges.Select(r => r.CheckAsync())]);

        async Task WriteAsync(Func<Task> write)
        {
            while (storage.Acknowledged < Writes)
            {
                await Task.Run(write, Cancel);
            }
        }
    }
}

/// <summary>Calls of the storage services of a server that dies under its clients.</summary>
internal sealed class CrashingStorage(KillableHub hub, string account, string signature)
{
    private int acknowledged;
    private int cut;

    public int Acknowledged => acknowledged;

    public int Cut => cut;

    /// <summary>True where it was acknowledged; false where the server died before it answered.</summary>
    public async Task<bool> WriteAsync(string service, string path, byte[] content, params (string Name, string Value)[] headers)
    {
        try
        {
            var answer = await SendAsync("PUT", service, path, content, headers);
            Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            Interlocked.Increment(ref acknowledged);
            return true;
        }
        catch (Exception died) when (died is HttpRequestException or IOException)
        {
            Interlocked.Increment(ref cut);
            return false;
        }
    }

    /// <summary>Null for nothing there. Tried again in the server's next life.</summary>
    public async Task<byte[]?> ReadAsync(string service, string path)
    {
        while (true)
        {
            try
            {
                var answer = await SendAsync("GET", service, path, null);
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{path}: {(int)answer.StatusCode}");
                return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken) : null;
            }
            catch (Exception died) when (died is HttpRequestException or IOException)
            {
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string service, string path, byte[]? content, params (string Name, string Value)[] headers)
    {
        var client = (await hub.ClientsAsync()).Data;
        using var request = new HttpRequestMessage(new(method), new Uri($"/{account}.{service}/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{signature}", UriKind.Relative));
        request.Content = content is null ? null : new ByteArrayContent(content);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

/// <summary>Uploads blobs over one another, small ones, large ones and ones in blocks, and looks whether one of the whole contents that may be there is there.</summary>
internal sealed class CrashingUploads(CrashingStorage storage, int number)
{
    private const int Names = 6;
    private const int Blocks = 3;
    private readonly Dictionary<string, List<int>> possible = Enumerable.Range(0, Names).ToDictionary(i => $"up{number}/blob-{i}", _ => new List<int> { 0 });
    private int seed;

    private string Container => $"crash-{number}";

    public async Task BeginAsync() => Assert.True(await storage.WriteAsync("blob", $"{Container}?restype=container", []));

    public async Task WriteAsync()
    {
        var name = possible.Keys.ElementAt(RandomNumberGenerator.GetInt32(Names));
        var next = ++seed;
        var content = Content(next);
        if (next % 3 == 2 ? await PutBlocksAsync(name, content) : await storage.WriteAsync("blob", $"{Container}/{name}", content, ("x-ms-blob-type", "BlockBlob")))
        {
            possible[name] = [next];
        }
        else
        {
            possible[name].Add(next);
            await CheckAsync(name);
        }
    }

    public async Task CheckAllAsync()
    {
        foreach (var name in possible.Keys.ToList())
        {
            await CheckAsync(name);
        }
    }

    private async Task CheckAsync(string name)
    {
        var found = await storage.ReadAsync("blob", $"{Container}/{name}");
        var match = possible[name].Where(s => s == 0 ? found is null : found is not null && found.AsSpan().SequenceEqual(Content(s))).ToList();
        Assert.True(match.Count == 1, $"'{name}' has {found?.Length} bytes and is none of what may be there: {string.Join(',', possible[name])}.");
        possible[name] = match;
    }

    private async Task<bool> PutBlocksAsync(string name, byte[] content)
    {
        var ids = Enumerable.Range(0, Blocks).Select(i => Convert.ToBase64String([(byte)i])).ToList();
        foreach (var (id, i) in ids.Select((id, i) => (id, i)))
        {
            if (!await storage.WriteAsync("blob", $"{Container}/{name}?comp=block&blockid={Uri.EscapeDataString(id)}", content[(content.Length * i / Blocks)..(content.Length * (i + 1) / Blocks)]))
            {
                return false;
            }
        }

        var list = $"<BlockList>{string.Concat(ids.Select(id => $"<Latest>{id}</Latest>"))}</BlockList>";
        return await storage.WriteAsync("blob", $"{Container}/{name}?comp=blocklist", System.Text.Encoding.UTF8.GetBytes(list));
    }

    /// <summary>No two seeds have the same content, and every part of it shows its seed.</summary>
    private byte[] Content(int seed)
    {
        var bytes = new byte[(seed % 3) switch { 0 => 100 + (seed % 16_000), 1 => 40_000 + (seed * 997 % 300_000), _ => 1_000_000 + (seed * 9_973 % 2_000_000) }];
        var state = (ulong)((seed * 1000) + number + 1) * 0x9E3779B97F4A7C15;
        for (var at = 0; at < bytes.Length; at++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[at] = (byte)state;
        }

        return bytes;
    }
}

/// <summary>Writes ranges of one file. Each page of it must be as it was acknowledged, or as a write that was cut would have made it.</summary>
internal sealed class CrashingRanges(CrashingStorage storage, int number)
{
    private const int PageBytes = 4096;
    private const int Pages = 2048;
    private const int MostPagesAtOnce = 512;
    private readonly List<byte>[] possible = [.. Enumerable.Range(0, Pages).Select(_ => new List<byte> { 0 })];
    private byte seed;

    private string Path => $"crash-{number}/file.bin";

    public async Task BeginAsync()
    {
        Assert.True(await storage.WriteAsync("file", $"crash-{number}?restype=share", []));
        Assert.True(await storage.WriteAsync("file", Path, [], ("x-ms-type", "file"), ("x-ms-content-length", $"{Pages * PageBytes}"), ("x-ms-meta-who", "me")));
    }

    public async Task WriteAsync()
    {
        var (first, count) = (RandomNumberGenerator.GetInt32(Pages - 1), 1 + RandomNumberGenerator.GetInt32(MostPagesAtOnce));
        count = Math.Min(count, Pages - first);
        seed = seed == byte.MaxValue ? (byte)1 : (byte)(seed + 1);
        var content = new byte[count * PageBytes];
        content.AsSpan().Fill(seed);
        var range = $"bytes={first * PageBytes}-{((first + count) * PageBytes) - 1}";
        if (await storage.WriteAsync("file", $"{Path}?comp=range", content, ("x-ms-write", "update"), ("x-ms-range", range)))
        {
            for (var page = first; page < first + count; page++)
            {
                possible[page] = [seed];
            }
        }
        else
        {
            for (var page = first; page < first + count; page++)
            {
                possible[page].Add(seed);
            }

            await CheckAsync();
        }
    }

    public async Task CheckAsync()
    {
        var found = await storage.ReadAsync("file", Path);
        Assert.Equal(Pages * PageBytes, found?.Length);
        for (var page = 0; page < Pages; page++)
        {
            var bytes = found.AsSpan(page * PageBytes, PageBytes);
            Assert.True(possible[page].Contains(bytes[0]) && !bytes.ContainsAnyExcept(bytes[0]), $"Page {page} of '{Path}' is none of what may be there.");
            possible[page] = [bytes[0]];
        }
    }
}
