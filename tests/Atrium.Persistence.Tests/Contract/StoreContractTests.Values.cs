namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    [Fact]
    public async Task A_value_is_written_once_and_everybody_gets_that_one()
    {
        Assert.Null(await Store.FindValueAsync("tenant", Token));
        Assert.Equal([1], await Store.GetOrAddValueAsync("tenant", [1], Token));
        Assert.Equal([1], await Store.GetOrAddValueAsync("tenant", [2], Token));
        Assert.Equal([1], await Store.FindValueAsync("tenant", Token));
        Assert.Null(await Store.FindValueAsync("Tenant", Token));
        await ReopenAsync();
        Assert.Equal([1], await Store.FindValueAsync("tenant", Token));
    }

    [Fact]
    public async Task Two_nodes_that_start_together_agree_on_a_value()
    {
        await using var other = await Database.OpenAsync(Token);
        var values = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(
            async () => (await (number % 2 == 0 ? Store : other).GetOrAddValueAsync("key", [(byte)number], Token))[0], Token)));
        Assert.Single(values.Distinct());
    }
}
