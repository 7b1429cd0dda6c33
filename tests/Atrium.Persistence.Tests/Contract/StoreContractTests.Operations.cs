namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    private static readonly DateTimeOffset Now = Some.Time.AddHours(1);

    [Fact]
    public async Task An_operation_is_kept_as_it_was_written_and_updated_by_id()
    {
        Assert.Null(await Store.FindOperationAsync("o", Token));
        var operation = Some.Operation("o") with { Input = "{}", Attempts = 2, LeasedBy = "node", LeasedUntil = Now };
        await Store.CommitAsync(new() { Operations = [operation] }, Token);
        Assert.Equal(operation, await Store.FindOperationAsync("o", Token));

        var ended = operation with
        {
            Status = OperationStatus.Failed, Output = "[]", Error = """{"code":"x"}""", PercentComplete = 12.5, EndedAt = Now, LeasedBy = null, LeasedUntil = null,
        };
        await Store.CommitAsync(new() { Operations = [ended] }, Token);
        Assert.Equal(ended, await Store.FindOperationAsync("o", Token));
    }

    [Theory]
    [InlineData(OperationStatus.Running)]
    [InlineData(OperationStatus.Succeeded)]
    [InlineData(OperationStatus.Failed)]
    [InlineData(OperationStatus.Canceled)]
    public async Task Every_status_is_kept_and_only_running_ones_are_leased(OperationStatus status)
    {
        await Store.CommitAsync(new() { Operations = [Some.Operation("o", status)] }, Token);
        Assert.Equal(status, (await Store.FindOperationAsync("o", Token))!.Status);
        Assert.Equal(status is OperationStatus.Running, (await LeaseAsync(Store, "node", 9)).Length == 1);
    }

    [Fact]
    public async Task Leasing_takes_the_oldest_first_and_counts_the_attempt()
    {
        await Store.CommitAsync(
            new()
            {
                Operations =
                [
                    Some.Operation("a", startedAt: Some.Time.AddSeconds(2)),
                    Some.Operation("b", startedAt: Some.Time.AddSeconds(1)),
                    Some.Operation("c", startedAt: Some.Time.AddSeconds(3)),
                ],
            },
            Token);

        var leased = await Store.LeaseOperationsAsync("node", 2, Now, Now.AddMinutes(1), Token);
        Assert.Equal(["b", "a"], leased.Select(operation => operation.Id));
        Assert.All(leased, operation => Assert.Equal(("node", Now.AddMinutes(1), 1), (operation.LeasedBy, operation.LeasedUntil, operation.Attempts)));
        Assert.Equal(leased[0], await Store.FindOperationAsync("b", Token));
        Assert.Null((await Store.FindOperationAsync("c", Token))!.LeasedBy);
    }

    [Fact]
    public async Task A_leased_operation_is_free_again_when_its_time_is_over_and_not_before()
    {
        await Store.CommitAsync(new() { Operations = [Some.Operation("o")] }, Token);
        Assert.Single(await Store.LeaseOperationsAsync("one", 9, Now, Now.AddMinutes(1), Token));
        Assert.Empty(await Store.LeaseOperationsAsync("two", 9, Now.AddSeconds(59), Now.AddMinutes(2), Token));
        Assert.Single(await Store.LeaseOperationsAsync("two", 9, Now.AddSeconds(60), Now.AddMinutes(2), Token));
        Assert.Equal("two", (await Store.FindOperationAsync("o", Token))!.LeasedBy);
    }

    [Fact]
    public async Task A_node_moves_the_end_of_its_own_leases_and_of_no_others()
    {
        await Store.CommitAsync(new() { Operations = [Some.Operation("a"), Some.Operation("b", startedAt: Some.Time.AddSeconds(1)), Some.Operation("done")] }, Token);
        Assert.Equal(["a"], (await Store.LeaseOperationsAsync("one", 1, Now, Now.AddMinutes(1), Token)).Select(operation => operation.Id));
        Assert.Equal(2, (await Store.LeaseOperationsAsync("two", 9, Now, Now.AddMinutes(1), Token)).Count);
        var done = (await Store.FindOperationAsync("done", Token))! with { Status = OperationStatus.Succeeded };
        await Store.CommitAsync(new() { Operations = [done] }, Token);

        await Store.MoveLeasesAsync("one", Now.AddMinutes(5), Token);
        Assert.Equal(["b"], (await Store.LeaseOperationsAsync("three", 9, Now.AddMinutes(2), Now.AddMinutes(9), Token)).Select(operation => operation.Id));

        await Store.MoveLeasesAsync("one", Now, Token);
        Assert.Equal(["a"], (await Store.LeaseOperationsAsync("one", 9, Now, Now.AddMinutes(9), Token)).Select(operation => operation.Id));
        Assert.Equal(done, await Store.FindOperationAsync("done", Token));
    }

    [Fact]
    public async Task Two_nodes_never_get_the_same_operation()
    {
        const int Operations = 60;
        await Store.CommitAsync(new() { Operations = [.. Enumerable.Range(0, Operations).Select(number => Some.Operation($"o{number}"))] }, Token);
        await using var other = await Database.OpenAsync(Token);
        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(
            async () =>
            {
                var mine = new List<string>();
                while (await LeaseAsync(worker % 2 == 0 ? Store : other, $"node{worker}", 3) is { Length: > 0 } leased)
                {
                    mine.AddRange(leased);
                }

                return mine;
            },
            Token)));

        // One node may find none free while another holds rows, so what nobody got is still there.
        var all = taken.SelectMany(mine => mine).Concat(await LeaseAsync(Store, "last", Operations)).ToArray();
        Assert.Equal(Operations, all.Length);
        Assert.Equal(Operations, all.Distinct().Count());
    }

    private static async Task<string[]> LeaseAsync(IAtriumStore node, string name, int take) =>
        [.. (await node.LeaseOperationsAsync(name, take, Now, Now.AddHours(1), Token)).Select(operation => operation.Id)];
}
