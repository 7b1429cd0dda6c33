using System.Security.Cryptography;
using System.Text;
using Atrium.Server.Hosting;
using Atrium.Storage.Contents;
using Atrium.Storage.Sealing;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Registry.Images;

/// <summary>
/// Contents on the disk. A content gets a file name of its own that is never used again, so a file that is being removed is never one that a row will name.
/// A file is complete and flushed before a row names it, and goes after its row. Where a project's artifacts are encrypted its contents are; uploads, which callers
/// still append to, are not.
/// </summary>
internal sealed class ContentFiles
{
    private const int UploadNameBytes = 8;
    private const string Sealed = ".sealed";
    private readonly IContentKeys keys;
    private readonly string contents;
    private readonly string uploads;

    public ContentFiles(IContentKeys keys, IOptions<AtriumOptions> options)
    {
        this.keys = keys;
        var folder = Path.Combine(options.Value.Data, "registry");
        (contents, uploads) = (Path.Combine(folder, "contents"), Path.Combine(folder, "uploads"));
        foreach (var path in (string[])[folder, contents, uploads])
        {
            PrivateFile.CreateFolder(path);
        }
    }

    /// <summary>The file of an upload. Its name carries the repository's, so an upload is not found from another one.</summary>
    public string UploadPath(RepositoryPlace place, Guid upload) => Path.Combine(uploads, $"{upload:N}-{ShortHash(place.Id.Key)}");

    /// <summary>A file for a small content that is written at once.</summary>
    public string NewPath() => Path.Combine(uploads, $"{Guid.NewGuid():N}-whole");

    /// <summary>Moves a complete file to where it stays, encrypted where the scope's contents are, and flushes the way there.</summary>
    /// <returns>The name by which a row names it.</returns>
    public async Task<string> KeepAsync(string path, RepositoryPlace place, Digest digest, CancellationToken cancellationToken)
    {
        using var key = await keys.ForAsync(Guid.Empty, place.Scope, cancellationToken);
        var name = Path.Combine(place.Scope, digest.Hash[..2], $"{digest.Hash[..32]}-{Guid.NewGuid():N}{(key is null ? "" : Sealed)}");
        var folder = Path.GetDirectoryName(PathOf(name))!;
        var isNew = !Directory.Exists(folder);
        PrivateFile.CreateFolder(Path.GetDirectoryName(folder)!);
        PrivateFile.CreateFolder(folder);
        if (key is null)
        {
            File.Move(path, PathOf(name));
        }
        else
        {
            await SealAsync(path, key, name, cancellationToken);
        }

        foreach (var flushed in isNew ? (string[])[folder, Path.GetDirectoryName(folder)!, contents] : [folder])
        {
            Disk.FlushFolder(flushed);
        }

        return name;
    }

    private async Task SealAsync(string path, ContentKey key, string name, CancellationToken cancellationToken)
    {
        try
        {
            await using (var content = OpenFile(path))
            await using (var sealing = Seals.Seal(content, content.Length, key, name))
            await using (var file = new FileStream(PathOf(name), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFile.OwnerOnly, BufferSize = 0 }))
            {
                await sealing.CopyToAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
            }
        }
        catch
        {
            File.Delete(PathOf(name));
            throw;
        }

        File.Delete(path);
    }

    public async ValueTask<Stream> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var file = OpenFile(PathOf(name));
        return name.EndsWith(Sealed, StringComparison.Ordinal) ? await SealedFileStream.OpenAsync(file, keys, name, cancellationToken) : file;
    }

    private static FileStream OpenFile(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });

    public void Remove(string name) => File.Delete(PathOf(name));

    /// <summary>Names of all contents on the disk, with when they came.</summary>
    public IEnumerable<(string Name, DateTime Written)> All() =>
        Directory.EnumerateFiles(contents, "*", SearchOption.AllDirectories).Select(path => (Path.GetRelativePath(contents, path), File.GetLastWriteTimeUtc(path)));

    /// <summary>Removes uploads that nothing was written to since that time.</summary>
    public void RemoveUploads(DateTime before)
    {
        foreach (var path in Directory.EnumerateFiles(uploads).Where(path => File.GetLastWriteTimeUtc(path) < before))
        {
            File.Delete(path);
        }
    }

    private string PathOf(string name) => Path.Combine(contents, name);

    private static string ShortHash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..(2 * UploadNameBytes)];
}
