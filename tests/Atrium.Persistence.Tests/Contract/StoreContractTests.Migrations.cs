using Atrium.Persistence.Migrations;

namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    private const string OneTable = "CREATE TABLE extra (name text);";

    private MigrationScript Next => new(Database.Scripts[^1].Number + 1, "next", OneTable);

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await PutAsync(Some.Resource("/a"));
        await Store.MigrateAsync(Token);
        await ReopenAsync();
        Assert.NotNull(await Store.FindAsync("/a", Token));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_and_left_as_it_is()
    {
        await MigrateAsync([.. Database.Scripts, Next]);
        var before = await Database.SchemaAsync(Token);
        await using var older = AtriumStore.Open(Database.Options);
        var refusal = await Assert.ThrowsAsync<StoreTooNewException>(() => older.MigrateAsync(Token));
        Assert.Equal((Next.Number, Next.Number - 1), (refusal.Found, refusal.Known));
        Assert.Equal(before, await Database.SchemaAsync(Token));
    }

    [Fact]
    public async Task A_script_that_was_edited_after_it_was_applied_is_refused_by_name()
    {
        var edited = Database.Scripts[0] with { Text = Database.Scripts[0].Text + "-- edited" };
        var before = await Database.SchemaAsync(Token);
        var refusal = await Assert.ThrowsAsync<MigrationEditedException>(() => MigrateAsync([edited, .. Database.Scripts.Skip(1), Next]));
        Assert.Equal(1, refusal.Number);
        Assert.Contains(edited.Name, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Database.SchemaAsync(Token));
    }

    [Fact]
    public async Task A_script_that_breaks_in_the_middle_leaves_the_schema_before_it_and_those_before_it_applied()
    {
        var broken = new MigrationScript(Next.Number + 1, "broken", "CREATE TABLE half (name text); INSERT INTO no_such_table VALUES (1);");
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => MigrateAsync([.. Database.Scripts, Next, broken]));
        var schema = await Database.SchemaAsync(Token);
        Assert.Contains("extra", schema);
        Assert.DoesNotContain("half", schema);
        await MigrateAsync([.. Database.Scripts, Next, broken with { Text = "CREATE TABLE half (name text);" }]);
        Assert.Contains("half", await Database.SchemaAsync(Token));
    }

    [Fact]
    public async Task Nodes_that_migrate_at_once_wait_for_each_other()
    {
        var third = new MigrationScript(Next.Number + 1, "third", "CREATE TABLE third (name text); INSERT INTO extra (name) VALUES ('once');");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => MigrateAsync([.. Database.Scripts, Next, third]), Token)));
        Assert.Contains("third", await Database.SchemaAsync(Token));
    }

    [Fact]
    public async Task Nodes_that_start_on_an_empty_database_at_once_all_start()
    {
        await using var empty = await CreateDatabaseAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => empty.OpenAsync(Token), Token)));
        foreach (var node in nodes)
        {
            Assert.Equal(0, await node.LastChangeAsync(Token));
            await node.DisposeAsync();
        }
    }

    private async Task MigrateAsync(IReadOnlyList<MigrationScript> scripts)
    {
        await using var database = Database.OpenDatabase();
        await new Migrator(database, scripts, TimeProvider.System).MigrateAsync(Token);
    }
}
