using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Storage;

/// <summary>Several clients at once on one blob: of those that ask for the same state one wins, and nothing that was acknowledged is lost.</summary>
public sealed class BlobRaceTests : IAsyncLifetime
{
    private const int Clients = 12;
    private const int Rounds = 6;
    private HubServer hub = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        client = (await NewStorage.MakeAsync(hub, "races")).Client;
        Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/races.blob/box?restype=container")).Status);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task Of_many_that_create_or_write_over_the_same_state_one_wins()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var path = $"/races.blob/box/new-{round}";
            var created = await AllAsync(i => client.PutBlobAsync(path, Text(i, round), ("If-None-Match", "*")));
            var winner = Winner(created, HttpStatusCode.Created, HttpStatusCode.Conflict);
            var etag = created[winner].Header("ETag")!;
            Assert.Equal(Text(winner, round), (await client.BlobAsync("GET", path)).Body);

            var over = await AllAsync(i => client.PutBlobAsync(path, Text(i, round + 100), ("If-Match", etag)));
            var second = Winner(over, HttpStatusCode.Created, HttpStatusCode.PreconditionFailed);
            Assert.Equal(Text(second, round + 100), (await client.BlobAsync("GET", path)).Body);
        }
    }

    [Fact]
    public async Task A_counter_that_many_raise_by_its_tag_counts_every_one()
    {
        Assert.Equal(HttpStatusCode.Created, (await client.PutBlobAsync("/races.blob/box/counter", "0")).Status);
        await AllAsync(async _ =>
        {
            for (var raised = 0; raised < Rounds;)
            {
                var seen = await client.BlobAsync("GET", "/races.blob/box/counter");
                var next = (int.Parse(seen.Body, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
                raised += (await client.PutBlobAsync("/races.blob/box/counter", next, ("If-Match", seen.Header("ETag")!))).Status == HttpStatusCode.Created ? 1 : 0;
            }

            return await client.BlobAsync("HEAD", "/races.blob/box/counter");
        });
        Assert.Equal($"{Clients * Rounds}", (await client.BlobAsync("GET", "/races.blob/box/counter")).Body);
    }

    [Fact]
    public async Task One_of_many_gets_the_lease_and_only_its_holder_writes()
    {
        Assert.Equal(HttpStatusCode.Created, (await client.PutBlobAsync("/races.blob/box/leased", "before")).Status);
        var ids = Enumerable.Range(0, Clients).Select(_ => Guid.NewGuid().ToString()).ToArray();
        var leases = await AllAsync(i => client.BlobAsync("PUT", "/races.blob/box/leased?comp=lease", null, ("x-ms-lease-action", "acquire"), ("x-ms-lease-duration", "-1"), ("x-ms-proposed-lease-id", ids[i])));
        var holder = Winner(leases, HttpStatusCode.Created, HttpStatusCode.Conflict);
        var writes = await AllAsync(i => client.PutBlobAsync("/races.blob/box/leased", Text(i, 0), ("x-ms-lease-id", ids[i])));
        Assert.Equal(holder, Winner(writes, HttpStatusCode.Created, HttpStatusCode.PreconditionFailed));
        Assert.Equal(Text(holder, 0), (await client.BlobAsync("GET", "/races.blob/box/leased")).Body);
        Assert.All(await AllAsync(_ => client.BlobAsync("DELETE", "/races.blob/box/leased")), refused => Assert.Equal("LeaseIdMissing", refused.Code));
    }

    [Fact]
    public async Task Appends_of_many_land_each_whole_and_all()
    {
        Assert.Equal(HttpStatusCode.Created, (await client.BlobAsync("PUT", "/races.blob/box/log", null, ("x-ms-blob-type", "AppendBlob"))).Status);
        for (var round = 0; round < Rounds; round++)
        {
            var appended = await AllAsync(i => client.BlobAsync("PUT", "/races.blob/box/log?comp=appendblock", Text(i, round)));
            Assert.All(appended, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        }

        var lines = (await client.BlobAsync("GET", "/races.blob/box/log")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var expected = from round in Enumerable.Range(0, Rounds) from i in Enumerable.Range(0, Clients) select Text(i, round).TrimEnd();
        Assert.Equal(expected.Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Whoever_reads_while_others_write_over_sees_one_whole_content()
    {
        const int size = 300_000;
        Assert.Equal(HttpStatusCode.Created, (await client.PutBlobAsync("/races.blob/box/whole", new string('a', size))).Status);
        var answers = await AllAsync(async i =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                if (i % 3 == 0)
                {
                    Assert.Equal(HttpStatusCode.Created, (await client.PutBlobAsync("/races.blob/box/whole", new string((char)('a' + i), size))).Status);
                }
                else
                {
                    var read = await client.BlobAsync("GET", "/races.blob/box/whole");
                    Assert.True(read.Body.Length == size && read.Body.All(c => c == read.Body[0]), "A content of two writes.");
                }
            }

            return await client.BlobAsync("HEAD", "/races.blob/box/whole");
        });
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    private static string Text(int client, int round) => $"client {client} in round {round} {new string('x', 40)}\n";

    private static Task<BlobAnswer[]> AllAsync(Func<int, Task<BlobAnswer>> call) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() => call(i), TestContext.Current.CancellationToken)));

    /// <summary>The one whose call was done; all others were refused in the expected way.</summary>
    private static int Winner(BlobAnswer[] answers, HttpStatusCode done, HttpStatusCode refused)
    {
        Assert.All(answers, answer => Assert.True(answer.Status == done || answer.Status == refused, answer.ToString()));
        return Array.IndexOf(answers, Assert.Single(answers, answer => answer.Status == done));
    }
}
