namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    [Fact]
    public async Task Nothing_is_expected_and_something_is_there_even_soft_deleted_so_it_conflicts()
    {
        await PutAsync(Some.Resource("/a", "old", purgeAt: Some.Time));
        var outcome = await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a", "new"), Expect.Nothing)), Token);

        Assert.False(outcome.Committed);
        Assert.Equal("/a", outcome.ConflictingKey);
        Assert.Empty(outcome.Versions);
        Assert.Equal("old", (await Store.FindAsync("/a", Token))!.Body);
    }

    [Fact]
    public async Task The_version_that_was_read_can_be_replaced_once()
    {
        var read = await PutAsync(Some.Resource("/a", "old"));
        var first = await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a", "first"), Expect.SameVersion, read)), Token);
        var second = await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a", "second"), Expect.SameVersion, read)), Token);

        Assert.True(first.Committed);
        Assert.True(first.Versions[0] > read);
        Assert.Equal("/a", second.ConflictingKey);
        Assert.Equal("first", (await Store.FindAsync("/a", Token))!.Body);
    }

    [Fact]
    public async Task A_version_is_expected_and_nothing_is_there_so_it_conflicts()
    {
        var write = await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a"), Expect.SameVersion, 0)), Token);
        var removal = await Store.CommitAsync(Some.Commit(Some.Removal("/a", Expect.SameVersion, 1)), Token);
        Assert.Equal("/a", write.ConflictingKey);
        Assert.Equal("/a", removal.ConflictingKey);
        Assert.Null(await Store.FindAsync("/a", Token));
    }

    [Fact]
    public async Task Whatever_is_there_may_be_replaced_or_made()
    {
        await PutAsync(Some.Resource("/a", "old"));
        var outcome = await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a", "new")), Some.Write(Some.Resource("/b", "made"))), Token);
        Assert.True(outcome.Committed);
        Assert.Equal("new", (await Store.FindAsync("/a", Token))!.Body);
        Assert.Equal("made", (await Store.FindAsync("/b", Token))!.Body);
    }

    [Fact]
    public async Task A_removed_resource_is_gone_and_its_new_version_is_zero()
    {
        var version = await PutAsync(Some.Resource("/a"));
        var outcome = await Store.CommitAsync(
            Some.Commit(Some.Removal("/a", Expect.SameVersion, version), Some.Write(Some.Resource("/b"))), Token);

        Assert.Equal(0, outcome.Versions[0]);
        Assert.True(outcome.Versions[1] > version);
        Assert.Null(await Store.FindAsync("/a", Token));
        Assert.Equal(["/b"], await KeysAsync(new() { Type = Some.Type, Take = 9 }));
    }

    [Fact]
    public async Task A_removal_obeys_what_is_expected()
    {
        var version = await PutAsync(Some.Resource("/a"));
        Assert.Equal("/a", (await Store.CommitAsync(Some.Commit(Some.Removal("/a", Expect.SameVersion, version - 1)), Token)).ConflictingKey);
        Assert.Equal("/a", (await Store.CommitAsync(Some.Commit(Some.Removal("/a", Expect.Nothing)), Token)).ConflictingKey);
        Assert.NotNull(await Store.FindAsync("/a", Token));
        Assert.True((await Store.CommitAsync(Some.Commit(Some.Removal("/a")), Token)).Committed);
    }

    [Fact]
    public async Task Removing_what_is_not_there_succeeds_and_is_no_change()
    {
        Assert.True((await Store.CommitAsync(Some.Commit(Some.Removal("/a"), Some.Removal("/b", Expect.Nothing)), Token)).Committed);
        Assert.Empty(await Store.ListChangesAsync(0, 9, Token));
    }

    [Fact]
    public async Task A_conflict_undoes_everything_and_names_the_first_key()
    {
        await PutAsync(Some.Resource("/b", "old"));
        await PutAsync(Some.Resource("/d", "old"));
        var last = await Store.LastChangeAsync(Token);
        var outcome = await Store.CommitAsync(
            new()
            {
                Resources =
                [
                    Some.Write(Some.Resource("/a")),
                    Some.Write(Some.Resource("/d", "new"), Expect.Nothing),
                    Some.Write(Some.Resource("/b", "new"), Expect.Nothing),
                    Some.Removal("/b", Expect.Anything) with { Key = "/e" },
                ],
                Secrets = [new("/b", "key", [1])],
                Operations = [Some.Operation("o")],
                Activity = [Some.Activity("/b")],
            },
            Token);

        Assert.Equal("/d", outcome.ConflictingKey);
        Assert.Null(await Store.FindAsync("/a", Token));
        Assert.Equal("old", (await Store.FindAsync("/b", Token))!.Body);
        Assert.Null(await Store.FindSecretAsync("/b", "key", Token));
        Assert.Null(await Store.FindOperationAsync("o", Token));
        Assert.Empty(await Store.ListActivityAsync(new() { Take = 9 }, Token));
        Assert.Equal(last, await Store.LastChangeAsync(Token));
    }

    [Fact]
    public async Task All_parts_of_a_commit_land()
    {
        var outcome = await Store.CommitAsync(
            new()
            {
                Resources = [Some.Write(Some.Resource("/a"), Expect.Nothing)],
                Secrets = [new("/a", "key", [1, 2])],
                Operations = [Some.Operation("o")],
                Activity = [Some.Activity("/A")],
            },
            Token);

        Assert.True(outcome.Committed);
        Assert.NotNull(await Store.FindAsync("/a", Token));
        Assert.Equal([1, 2], await Store.FindSecretAsync("/a", "key", Token));
        Assert.NotNull(await Store.FindOperationAsync("o", Token));
        Assert.Single(await Store.ListActivityAsync(new() { Take = 9 }, Token));
    }

    [Fact]
    public async Task A_key_twice_in_one_commit_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a")), Some.Removal("/a")), Token));
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Store.CommitAsync(new() { Secrets = [new("/a", "key", [1]), new("/a", "key", null)] }, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Store.CommitAsync(new() { Operations = [Some.Operation("o"), Some.Operation("o")] }, Token));
        Assert.Null(await Store.FindAsync("/a", Token));
    }

    [Fact]
    public async Task A_write_whose_resource_has_another_key_or_type_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a")) with { Key = "/b" }), Token));
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a")) with { Type = "other" }), Token));
    }

    [Fact]
    public async Task Keys_may_be_as_long_as_the_limit_in_every_index_and_not_longer()
    {
        // Each key differs, and none is compressible, so that no database gets round its limit by packing.
        string Text(int seed, int length) => string.Concat(
            Enumerable.Range(0, length / 16 + 1).Select(part => Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes((seed * 1000) + part)))[..16]))[..length];
        var key = Text(1, StoreLimits.KeyBytes);
        var type = Text(2, StoreLimits.TypeBytes);
        var name = Text(3, StoreLimits.NameBytes);
        var resource = Some.Resource(key, type: type, link: Text(4, StoreLimits.KeyBytes));
        var outcome = await Store.CommitAsync(
            new()
            {
                Resources = [Some.Write(resource)],
                Secrets = [new(key, name, [1])],
                Operations = [Some.Operation(name)],
                Activity = [Some.Activity(key)],
            },
            Token);

        Assert.True(outcome.Committed);
        Assert.Equal([key], await KeysAsync(new() { Type = type, Link = resource.Link, Take = 9 }));
        Assert.Equal([1], await Store.FindSecretAsync(key, name, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await PutAsync(Some.Resource(key + "x")));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CommitAsync(new() { Activity = [Some.Activity(key + "x")] }, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await PutAsync(Some.Resource("/a", type: type + "x")));
        await Assert.ThrowsAsync<ArgumentException>(async () => await PutAsync(Some.Resource("/a", link: resource.Link + "x")));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CommitAsync(new() { Secrets = [new("/a", name + "x", [1])] }, Token));
    }

    [Fact]
    public async Task A_large_body_is_kept_whole()
    {
        var body = $"{{\"text\":\"{new string('x', 5_000_000)}\"}}";
        await PutAsync(Some.Resource("/a", body));
        Assert.Equal(body, (await Store.FindAsync("/a", Token))!.Body);
    }

    [Fact]
    public async Task An_empty_commit_succeeds()
    {
        var outcome = await Store.CommitAsync(new(), Token);
        Assert.True(outcome.Committed);
        Assert.Empty(outcome.Versions);
    }

    [Fact]
    public async Task A_commit_that_was_cancelled_before_it_began_writes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a"))), cancelled.Token));
        await PutAsync(Some.Resource("/b"));
        Assert.Null(await Store.FindAsync("/a", Token));
    }

    [Fact]
    public async Task A_closed_store_refuses_to_write()
    {
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await PutAsync(Some.Resource("/a")));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.FindAsync("/a", Token));
        await ReopenAsync();
    }
}
