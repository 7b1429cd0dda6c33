namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    [Fact]
    public async Task A_key_that_was_never_written_is_not_found() => Assert.Null(await Store.FindAsync("/a", Token));

    [Fact]
    public async Task A_resource_is_found_as_it_was_written_with_its_version()
    {
        var resource = Some.Resource("/a", """{"text":"Grüße, 世界 👋 ' \" \\ \n"}""", link: "/hub", purgeAt: Some.Time);
        var outcome = await Store.CommitAsync(Some.Commit(Some.Write(resource, Expect.Nothing)), Token);

        Assert.True(outcome.Committed);
        Assert.Equal(resource with { Version = outcome.Versions[0] }, await Store.FindAsync("/a", Token));
        Assert.True(outcome.Versions[0] > 0);
    }

    [Fact]
    public async Task Soft_deleted_resources_are_found_by_their_key()
    {
        await PutAsync(Some.Resource("/a", purgeAt: Some.Time));
        Assert.Equal(Some.Time, (await Store.FindAsync("/a", Token))!.PurgeAt);
    }

    [Fact]
    public async Task Keys_are_told_apart_by_case_and_accents()
    {
        await PutAsync(Some.Resource("/a", "1"));
        await PutAsync(Some.Resource("/A", "2"));
        await PutAsync(Some.Resource("/ä", "3"));
        Assert.Equal(["2", "1", "3"], (await Store.ListAsync(new() { Type = Some.Type, Take = 9 }, Token)).Select(resource => resource.Body));
    }

    [Fact]
    public async Task Lists_are_in_ascending_order_of_key_whatever_the_order_of_writing()
    {
        string[] keys = ["/b", "/a/x", "/a-x", "/a", "/a0", "/A", "/a~", "/é", "/z", "/\uffee", "/😀"];
        foreach (var key in keys)
        {
            await PutAsync(Some.Resource(key));
        }

        Assert.Equal(["/A", "/a", "/a-x", "/a/x", "/a0", "/a~", "/b", "/z", "/é", "/\uffee", "/😀"], await KeysAsync(new() { Type = Some.Type, Take = 99 }));
    }

    [Fact]
    public async Task A_list_has_at_most_as_many_as_are_taken()
    {
        await PutAsync(Some.Resource("/a"));
        await PutAsync(Some.Resource("/b"));
        Assert.Equal(["/a"], await KeysAsync(new() { Type = Some.Type, Take = 1 }));
        Assert.Empty(await KeysAsync(new() { Type = Some.Type, Take = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await KeysAsync(new() { Type = Some.Type, Take = -1 }));
    }

    [Fact]
    public async Task A_list_has_only_the_type_asked_for()
    {
        await PutAsync(Some.Resource("/a"));
        await PutAsync(Some.Resource("/b", type: Some.Type + "/parts"));
        Assert.Equal(["/a"], await KeysAsync(new() { Type = Some.Type, Take = 9 }));
    }

    [Fact]
    public async Task A_prefix_lists_the_keys_that_begin_with_it_and_takes_no_character_as_a_pattern()
    {
        foreach (var key in new[] { "/a", "/a/", "/a/1", "/a/%", "/a/_2", "/a0", "/b/1", "/%/1" })
        {
            await PutAsync(Some.Resource(key));
        }

        Assert.Equal(["/a/", "/a/%", "/a/1", "/a/_2"], await KeysAsync(new() { Type = Some.Type, KeyPrefix = "/a/", Take = 9 }));
        Assert.Equal(["/%/1"], await KeysAsync(new() { Type = Some.Type, KeyPrefix = "/%/", Take = 9 }));
    }

    [Fact]
    public async Task A_list_after_a_key_begins_behind_it_whether_it_exists_or_not()
    {
        foreach (var key in new[] { "/a", "/b", "/c" })
        {
            await PutAsync(Some.Resource(key));
        }

        Assert.Equal(["/b", "/c"], await KeysAsync(new() { Type = Some.Type, After = "/a", Take = 9 }));
        Assert.Equal(["/b", "/c"], await KeysAsync(new() { Type = Some.Type, After = "/aa", Take = 9 }));
        Assert.Empty(await KeysAsync(new() { Type = Some.Type, After = "/c", Take = 9 }));
    }

    [Fact]
    public async Task A_key_to_go_on_after_that_lies_outside_the_prefix_changes_nothing_about_the_prefix()
    {
        foreach (var key in new[] { "/a/1", "/b/1", "/b/2", "/c/1" })
        {
            await PutAsync(Some.Resource(key));
        }

        Assert.Equal(["/b/1", "/b/2"], await KeysAsync(new() { Type = Some.Type, KeyPrefix = "/b/", After = "/a/1", Take = 9 }));
        Assert.Equal(["/b/2"], await KeysAsync(new() { Type = Some.Type, KeyPrefix = "/b/", After = "/b/1", Take = 9 }));
        Assert.Empty(await KeysAsync(new() { Type = Some.Type, KeyPrefix = "/b/", After = "/c/1", Take = 9 }));
    }

    [Fact]
    public async Task A_link_lists_only_what_is_linked_and_obeys_prefix_type_and_after()
    {
        await PutAsync(Some.Resource("/a/1", link: "/hub"));
        await PutAsync(Some.Resource("/a/2", link: "/hub"));
        await PutAsync(Some.Resource("/a/3", link: "/other"));
        await PutAsync(Some.Resource("/a/4"));
        await PutAsync(Some.Resource("/b/5", link: "/hub"));
        await PutAsync(Some.Resource("/a/6", type: "other", link: "/hub"));

        Assert.Equal(["/a/1", "/a/2", "/b/5"], await KeysAsync(new() { Type = Some.Type, Link = "/hub", Take = 9 }));
        Assert.Equal(["/a/1", "/a/2"], await KeysAsync(new() { Type = Some.Type, Link = "/hub", KeyPrefix = "/a/", Take = 9 }));
        Assert.Equal(["/a/2", "/b/5"], await KeysAsync(new() { Type = Some.Type, Link = "/hub", After = "/a/1", Take = 9 }));
    }

    [Fact]
    public async Task Soft_deleted_resources_are_in_the_list_of_deleted_ones_and_in_no_other()
    {
        await PutAsync(Some.Resource("/a", link: "/hub"));
        await PutAsync(Some.Resource("/b", link: "/hub", purgeAt: Some.Time));
        Assert.Equal(["/a"], await KeysAsync(new() { Type = Some.Type, Take = 9 }));
        Assert.Equal(["/b"], await KeysAsync(new() { Type = Some.Type, Deleted = true, Take = 9 }));
        Assert.Equal(["/a"], await KeysAsync(new() { Type = Some.Type, Link = "/hub", Take = 9 }));
        Assert.Equal(["/b"], await KeysAsync(new() { Type = Some.Type, Link = "/hub", Deleted = true, Take = 9 }));
    }

    [Fact]
    public async Task A_recovered_resource_moves_back_into_the_list_of_live_ones()
    {
        await PutAsync(Some.Resource("/a", purgeAt: Some.Time));
        await PutAsync(Some.Resource("/a"));
        Assert.Equal(["/a"], await KeysAsync(new() { Type = Some.Type, Take = 9 }));
        Assert.Empty(await KeysAsync(new() { Type = Some.Type, Deleted = true, Take = 9 }));
    }

    [Fact]
    public async Task The_count_is_that_of_all_pages()
    {
        foreach (var key in new[] { "/a/1", "/a/2", "/a/3", "/b/1" })
        {
            await PutAsync(Some.Resource(key, link: key == "/a/3" ? "/hub" : null));
        }

        Assert.Equal(4, await Store.CountAsync(new() { Type = Some.Type, Take = 1 }, Token));
        Assert.Equal(3, await Store.CountAsync(new() { Type = Some.Type, KeyPrefix = "/a/", After = "/a/2", Take = 1 }, Token));
        Assert.Equal(1, await Store.CountAsync(new() { Type = Some.Type, Link = "/hub", Take = 1 }, Token));
        Assert.Equal(0, await Store.CountAsync(new() { Type = Some.Type, Deleted = true, Take = 1 }, Token));
    }

    [Fact]
    public async Task What_was_written_is_there_after_reopening()
    {
        var version = await PutAsync(Some.Resource("/a"));
        await ReopenAsync();
        Assert.Equal(version, (await Store.FindAsync("/a", Token))!.Version);
        Assert.True(await PutAsync(Some.Resource("/b")) > version);
    }
}
