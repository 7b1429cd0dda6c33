using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Atrium.Server.Registry.Images;

/// <summary>
/// Writes uploads as they come, at constant memory, and knows their hash at the end without reading them again where all of it came through this process.
/// </summary>
internal sealed class UploadWriter
{
    private const int BufferBytes = 256 * 1024;
    private const int MostHashes = 256;
    private readonly ConcurrentDictionary<string, Running> hashes = new(StringComparer.Ordinal);

    /// <summary>Appends a request's body. What came stays, also when the caller goes away in the midst of it.</summary>
    /// <returns>The length after that.</returns>
    /// <exception cref="ApiException">404: there is no such upload; 409: another request writes it.</exception>
    public async Task<long> AppendAsync(string path, HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        await using var file = Open(path);
        var length = file.Length;
        file.Position = length;
        var hash = HashFrom(path, length);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int read; (read = await request.Body.ReadAtLeastAsync(buffer, BufferBytes, throwOnEndOfStream: false, cancellationToken)) > 0;)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                hash?.AppendData(buffer, 0, read);
                length += read;
            }

            Keep(path, hash, length);
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Flushes an upload to the disk and compares it with its digest.</summary>
    public async Task<bool> SealAsync(string path, Digest digest, CancellationToken cancellationToken)
    {
        await using var file = Open(path);
        hashes.TryRemove(path, out var running);
        var found = running is not null && running.Length == file.Length && digest.Algorithm == running.Hash.AlgorithmName
            ? Digest.Of(running.Hash)
            : await HashAsync(file, digest.Algorithm, cancellationToken);
        running?.Hash.Dispose();
        if (found != digest)
        {
            return false;
        }

        file.Flush(flushToDisk: true);
        return true;
    }

    public void Forget(string path)
    {
        if (hashes.TryRemove(path, out var running))
        {
            running.Hash.Dispose();
        }
    }

    private IncrementalHash? HashFrom(string path, long length)
    {
        if (hashes.TryRemove(path, out var running))
        {
            if (running.Length == length)
            {
                return running.Hash;
            }

            running.Hash.Dispose();
        }

        return length == 0 && hashes.Count < MostHashes ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    private void Keep(string path, IncrementalHash? hash, long length)
    {
        if (hash is not null)
        {
            hashes[path] = new(hash, length);
        }
    }

    private static async Task<Digest> HashAsync(FileStream file, HashAlgorithmName algorithm, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            file.Position = 0;
            for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
            }

            return Digest.Of(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous });
        }
        catch (FileNotFoundException)
        {
            throw ApiException.NotFound("BLOB_UPLOAD_UNKNOWN", "There is no such upload in this repository.");
        }
        catch (IOException) when (File.Exists(path))
        {
            throw ApiException.Conflict("BLOB_UPLOAD_INVALID", "Another request writes to this upload.");
        }
    }

    private sealed record Running(IncrementalHash Hash, long Length);
}
