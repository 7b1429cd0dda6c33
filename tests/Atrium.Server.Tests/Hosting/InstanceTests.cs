using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Instance;
using Atrium.Server.Hosting.Logs;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Hosting;

public sealed class InstanceTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Only_one_server_runs_on_a_data_folder()
    {
        using (var first = await InstanceLock.TryTakeAsync(folder.Path, TestContext.Current.CancellationToken))
        {
            Assert.NotNull(first);
            Assert.Null(await InstanceLock.TryTakeAsync(folder.Path, TestContext.Current.CancellationToken));
            Assert.Equal(Environment.ProcessId, InstanceLock.Holder(folder.Path));
        }

        using var next = await InstanceLock.TryTakeAsync(folder.Path, TestContext.Current.CancellationToken);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task What_a_server_left_behind_when_it_was_killed_means_nothing()
    {
        using (await InstanceLock.TryTakeAsync(folder.Path, TestContext.Current.CancellationToken))
        {
            new RunningServer { ProcessId = Environment.ProcessId, Endpoint = "http://x", HttpsEndpoint = "https://x", StartedAt = default }.Write(folder.Path);
            Assert.NotNull(RunningServer.Find(folder.Path));
        }

        Assert.True(File.Exists(RunningServer.PathIn(folder.Path)));
        Assert.Null(RunningServer.Find(folder.Path));
        Assert.Null(InstanceLock.Holder(folder.Path));
    }

    [Fact]
    public void A_log_keeps_to_its_bound()
    {
        using (var log = new RollingFile(folder["x.log"], maxBytes: 100, keep: 2))
        {
            for (var i = 0; i < 100; i++)
            {
                log.Write($"line {i:00} of the log\n");
            }
        }

        var files = Directory.GetFiles(folder.Path).Order().ToList();
        Assert.Equal([folder["x.log"], folder["x.log.1"], folder["x.log.2"]], files);
        Assert.All(files, f => Assert.InRange(new FileInfo(f).Length, 1, 100));
        Assert.Equal(PrivateFile.OwnerOnly, File.GetUnixFileMode(folder["x.log"]));
        Assert.EndsWith("line 99 of the log\n", File.ReadAllText(folder["x.log"]));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_the_old_one_as_it_was()
    {
        PrivateFile.Write(folder["a"], "old");
        Directory.CreateDirectory(folder["full"]);
        Assert.ThrowsAny<IOException>(() => PrivateFile.Write(folder["full"], "new"));
        PrivateFile.Write(folder["a"], "new");
        Assert.Equal("new", File.ReadAllText(folder["a"]));
        Assert.Equal([folder["a"]], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Whoever_asks_whether_a_server_runs_keeps_none_from_starting_and_takes_no_other_for_one()
    {
        (await InstanceLock.TryTakeAsync(folder.Path, TestContext.Current.CancellationToken))!.Dispose();
        using var over = new CancellationTokenSource();
        var asking = Task.Run(
            () =>
            {
                while (!over.IsCancellationRequested)
                {
                    InstanceLock.IsHeld(folder.Path);
                }
            },
            TestContext.Current.CancellationToken);
        var refused = 0;
        for (var start = 0; start < 100; start++)
        {
            using var taken = await InstanceLock.TryTakeAsync(folder.Path, TestContext.Current.CancellationToken);
            refused += taken is null ? 1 : 0;
        }

        await over.CancelAsync();
        await asking;
        Assert.Equal(0, refused);
        var held = 0;
        Parallel.For(0, 5_000, _ => Interlocked.Add(ref held, InstanceLock.IsHeld(folder.Path) ? 1 : 0));
        Assert.Equal(0, held);
    }
}
