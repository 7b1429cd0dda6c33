namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    [Fact]
    public async Task A_secret_is_kept_replaced_and_removed()
    {
        await PutAsync(Some.Resource("/a"));
        Assert.Null(await Store.FindSecretAsync("/a", "key", Token));
        await Store.CommitAsync(new() { Secrets = [new("/a", "key", [1, 0, 255])] }, Token);
        Assert.Equal([1, 0, 255], await Store.FindSecretAsync("/a", "key", Token));
        await Store.CommitAsync(new() { Secrets = [new("/a", "key", [])] }, Token);
        Assert.Empty((await Store.FindSecretAsync("/a", "key", Token))!);
        await Store.CommitAsync(new() { Secrets = [new("/a", "key", null)] }, Token);
        Assert.Null(await Store.FindSecretAsync("/a", "key", Token));
    }

    [Fact]
    public async Task Secrets_are_listed_for_their_resource_only()
    {
        await Store.CommitAsync(
            new()
            {
                Resources = [Some.Write(Some.Resource("/a")), Some.Write(Some.Resource("/b"))],
                Secrets = [new("/a", "two", [2]), new("/a", "one", [1]), new("/b", "one", [3])],
            },
            Token);

        var secrets = await Store.ListSecretsAsync("/a", Token);
        Assert.Equal(["one", "two"], secrets.Select(secret => secret.Name));
        Assert.Equal([1, 2], secrets.Select(secret => (int)secret.Ciphertext[0]));
        Assert.Empty(await Store.ListSecretsAsync("/c", Token));
    }

    [Fact]
    public async Task Removing_a_resource_removes_its_secrets_and_no_others()
    {
        await Store.CommitAsync(
            new()
            {
                Resources = [Some.Write(Some.Resource("/a")), Some.Write(Some.Resource("/a/b"))],
                Secrets = [new("/a", "key", [1]), new("/a/b", "key", [2])],
            },
            Token);
        await Store.CommitAsync(Some.Commit(Some.Removal("/a")), Token);
        await PutAsync(Some.Resource("/a"));

        Assert.Empty(await Store.ListSecretsAsync("/a", Token));
        Assert.Equal([2], await Store.FindSecretAsync("/a/b", "key", Token));
    }

    [Fact]
    public async Task Writing_a_resource_again_leaves_its_secrets()
    {
        await Store.CommitAsync(new() { Resources = [Some.Write(Some.Resource("/a"))], Secrets = [new("/a", "key", [1])] }, Token);
        var version = await PutAsync(Some.Resource("/a", "new"));
        await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/a", "newer"), Expect.SameVersion, version)), Token);
        Assert.Equal([1], await Store.FindSecretAsync("/a", "key", Token));
    }

    [Fact]
    public async Task A_secret_without_its_resource_conflicts()
    {
        var outcome = await Store.CommitAsync(
            new() { Resources = [Some.Write(Some.Resource("/b"))], Secrets = [new("/a", "key", [1])] }, Token);
        Assert.Equal("/a", outcome.ConflictingKey);
        Assert.Null(await Store.FindAsync("/b", Token));
        Assert.Null(await Store.FindSecretAsync("/a", "key", Token));
        Assert.True((await Store.CommitAsync(new() { Secrets = [new("/a", "key", null)] }, Token)).Committed);
    }
}
