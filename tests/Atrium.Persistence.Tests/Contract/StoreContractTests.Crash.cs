using System.Diagnostics;
using System.Text.Json;

namespace Atrium.Persistence.Tests.Contract;

public abstract partial class StoreContractTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(150)]
    [InlineData(400)]
    public async Task After_a_kill_every_acknowledged_commit_is_there_and_none_is_half_there(int acknowledgedBeforeTheKill)
    {
        var journal = Path.Combine(Path.GetTempPath(), $"atrium-crash-{Guid.NewGuid():n}");
        try
        {
            await KillWriterAsync(journal, acknowledgedBeforeTheKill);
            await ReopenAsync();
            var acknowledged = (await File.ReadAllTextAsync(journal, Token)).Split('\n')[..^1];
            Assert.True(acknowledged.Length >= acknowledgedBeforeTheKill);
            foreach (var name in acknowledged)
            {
                Assert.NotNull(await Store.FindAsync(CrashWriter.FirstKey(name), Token));
            }

            await AssertNothingIsHalfThereAsync();
            Assert.True((await Store.CommitAsync(Some.Commit(Some.Write(Some.Resource("/after"))), Token)).Committed);
        }
        finally
        {
            File.Delete(journal);
        }
    }

    /// <summary>Every commit of the child has two resources, a secret, an operation and an activity row.</summary>
    private async Task AssertNothingIsHalfThereAsync()
    {
        var resources = await Store.ListAsync(new() { Type = Some.Type, Take = int.MaxValue }, Token);
        var names = resources.Select(resource => resource.Body).Distinct().ToArray();
        Assert.Equal(2 * names.Length, resources.Count);
        Assert.Equal(2 * names.Length, (await Store.ListChangesAsync(0, int.MaxValue, Token)).Count);
        Assert.Equal(names.Order(), (await Store.ListActivityAsync(new() { Take = int.MaxValue }, Token)).Select(row => row.CorrelationId).Order());
        foreach (var name in names)
        {
            Assert.NotNull(await Store.FindSecretAsync(CrashWriter.FirstKey(name), "key", Token));
            Assert.NotNull(await Store.FindOperationAsync(name, Token));
        }
    }

    /// <summary>Runs <see cref="CrashWriter"/> in a process of its own and kills it in the middle of its work.</summary>
    private async Task KillWriterAsync(string journal, int acknowledged)
    {
        var program = Environment.ProcessPath!;
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(CrashWriter).Assembly.Location] : [];
        var start = new ProcessStartInfo(program, [.. assembly, "--explicit", "only", "--filter-class", typeof(CrashWriter).FullName!])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[CrashWriter.OptionsVariable] = JsonSerializer.Serialize(Database.Options);
        start.Environment[CrashWriter.JournalVariable] = journal;
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync(Token);
        try
        {
            while (!File.Exists(journal) || (await File.ReadAllTextAsync(journal, Token)).Count(letter => letter == '\n') < acknowledged)
            {
                if (child.HasExited)
                {
                    Assert.Fail($"The writer ended by itself: {await output}");
                }

                await Task.Delay(5, Token);
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(Token);
        }
    }
}
