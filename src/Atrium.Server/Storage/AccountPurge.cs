using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Storage.Blobs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage;

/// <summary>
/// Takes away the data of accounts that were deleted. The deletion itself leaves a mark in its transaction, so data goes because of a deletion and never because an
/// account is not found. For a day it is done again: a write that was under way, here or on another node, leaves nothing behind. Each step may be cut off and run again.
/// </summary>
internal sealed class AccountPurge(IAtriumStore store, BlobSweep blobs, FileSweep files, TimeProvider clock)
{
    private const string MarkType = "atrium.internal/storagepurges";
    private const string Since = "since";
    private const int AtOnce = 100;
    private static readonly TimeSpan LongestWrite = TimeSpan.FromDays(1);

    /// <summary>The mark that an account's deletion leaves.</summary>
    public static ResourceWrite Mark(Guid account)
    {
        var key = $"/providers/{MarkType}/{account}";
        return new() { Key = key, Type = MarkType, Expect = Expect.Anything, Resource = new() { Key = key, Id = key, Type = MarkType, Body = "{}" } };
    }

    /// <param name="isAgain">Whether accounts that were done within the last day are done again.</param>
    /// <param name="cancellationToken">Ends it between two accounts.</param>
    public async Task RunAsync(bool isAgain, CancellationToken cancellationToken)
    {
        var query = new ResourceQuery { Type = MarkType, Take = AtOnce };
        while (await store.ListAsync(query, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var mark in page)
            {
                var since = (string?)JsonNode.Parse(mark.Body)![Since];
                if (since is null || isAgain)
                {
                    await PurgeAsync(mark, since is null ? null : DateTimeOffset.Parse(since, CultureInfo.InvariantCulture), cancellationToken);
                }
            }

            query = query with { After = page[^1].Key };
        }
    }

    private async Task PurgeAsync(StoredResource mark, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var account = Guid.Parse(mark.Key.AsSpan(mark.Key.LastIndexOf('/') + 1));
        await blobs.PurgeAccountAsync(account, cancellationToken);
        files.PurgeAccount(account);
        var now = clock.GetUtcNow();
        var isOver = since is { } first && first + LongestWrite < now;
        var done = new JsonObject { [Since] = (since ?? now).ToString("O", CultureInfo.InvariantCulture) };
        await store.CommitAsync(
            new()
            {
                Resources = [new() { Key = mark.Key, Type = mark.Type, Expect = Expect.SameVersion, ExpectedVersion = mark.Version, Resource = isOver ? null : mark with { Body = done.ToJsonString() } }],
            },
            cancellationToken);
    }
}
