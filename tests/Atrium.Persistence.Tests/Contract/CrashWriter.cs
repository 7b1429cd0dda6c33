using System.Text;
using System.Text.Json;

namespace Atrium.Persistence.Tests.Contract;

/// <summary>The process that is killed: eight writers commit for ever, and write down the name of what was acknowledged.</summary>
public sealed class CrashWriter
{
    public const string OptionsVariable = "ATRIUM_CRASH_OPTIONS";
    public const string JournalVariable = "ATRIUM_CRASH_JOURNAL";
    private const int Writers = 8;

    public static string FirstKey(string name) => $"/{name}/1";

    [Fact(Explicit = true)]
    public async Task Writes_until_it_is_killed()
    {
        var options = JsonSerializer.Deserialize<StoreOptions>(Environment.GetEnvironmentVariable(OptionsVariable) ?? "null");
        Assert.SkipWhen(options is null, $"Only started by the crash test, which sets {OptionsVariable}.");
        await using var store = AtriumStore.Open(options!);
        await using var journal = new FileStream(
            Environment.GetEnvironmentVariable(JournalVariable)!, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(store, journal, writer))));
    }

    private static async Task WriteAsync(IAtriumStore store, FileStream journal, int writer)
    {
        for (var number = 0; ; number++)
        {
            var name = $"{writer}-{number}";
            await store.CommitAsync(
                new()
                {
                    Resources = [Some.Write(Some.Resource(FirstKey(name), name), Expect.Nothing), Some.Write(Some.Resource($"/{name}/2", name), Expect.Nothing)],
                    Secrets = [new(FirstKey(name), "key", [1])],
                    Operations = [Some.Operation(name)],
                    Activity = [Some.Activity(FirstKey(name)) with { CorrelationId = name }],
                },
                CancellationToken.None);
            lock (journal)
            {
                journal.Write(Encoding.ASCII.GetBytes(name + "\n"));
            }
        }
    }
}
