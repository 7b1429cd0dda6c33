using System.Runtime.CompilerServices;
using Azure;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Atrium.Storage.Contents;

/// <summary>Contents as block blobs of a container elsewhere. A content of more than a block goes up in blocks, of which nothing shows before their list is written; at most two of them are in memory.</summary>
public sealed class AzureContentStore : IContentStore
{
    private const int BlockBytes = 8 * 1024 * 1024;
    private const int BlocksAtOnce = 2;

    /// <summary>As many as with S3. Its callers wait meanwhile, and are better told in seconds than in half a minute that the server is away.</summary>
    private const int MaxRetries = 3;
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(5);
    private readonly BlobContainerClient blobs;
    private readonly string prefix;

    /// <param name="connectionString">As Azure Storage writes it, with a key or a shared access signature.</param>
    /// <param name="container">Name of the container, which is there.</param>
    /// <param name="prefix">With what all names begin.</param>
    /// <param name="way">By which all calls leave; stays the caller's.</param>
    /// <exception cref="FormatException">It is no connection string.</exception>
    public AzureContentStore(string connectionString, string container, string prefix, HttpMessageHandler way)
    {
        this.prefix = prefix;

        // A version that servers beside Azure know too; it has all that is needed.
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2021_12_02)
        {
            Transport = new HttpClientTransport(way),
            Diagnostics = { IsLoggingEnabled = false, IsDistributedTracingEnabled = false, IsTelemetryEnabled = false },
            Retry = { NetworkTimeout = CallTimeout, MaxRetries = MaxRetries, MaxDelay = LongestRest },
        };
        blobs = new BlobServiceClient(connectionString, options).GetBlobContainerClient(container);
    }

    /// <inheritdoc/>
    public string Name => "azure";

    /// <inheritdoc/>
    public async Task PutAsync(ContentId id, Stream content, long length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var options = new BlobUploadOptions
        {
            TransferOptions = new() { MaximumConcurrency = BlocksAtOnce, InitialTransferSize = BlockBytes, MaximumTransferSize = BlockBytes },
        };
        await using var exact = new ExactStream(content, length);
        await CallAsync("put", async () => await BlobOf(id).UploadAsync(exact, options, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(ContentId id, long offset, long length, CancellationToken cancellationToken) => length == 0 ? Stream.Null : await CallAsync("get", async () =>
        (await BlobOf(id).DownloadStreamingAsync(new() { Range = new(offset, length) }, cancellationToken)).Value.Content);

    /// <inheritdoc/>
    public async Task DeleteAsync(ContentId id, CancellationToken cancellationToken) =>
        await CallAsync("delete", async () => await BlobOf(id).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentId> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var pages = blobs.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken).AsPages().GetAsyncEnumerator(cancellationToken);
        while (await CallAsync("list", async () => await pages.MoveNextAsync()))
        {
            foreach (var found in pages.Current.Values)
            {
                if (ContentId.TryParse(found.Name[prefix.Length..], out var id))
                {
                    yield return id;
                }
            }
        }
    }

    private BlobClient BlobOf(ContentId id) => blobs.GetBlobClient(prefix + id);

    private static async Task<T> CallAsync<T>(string operation, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            throw new FileNotFoundException("The content is not there.");
        }
        catch (RequestFailedException refused)
        {
            throw new ContentsUnavailableException($"Azure Blob {operation}: {(refused.Status == 0 ? refused.InnerException?.Message : $"{refused.Status} {refused.ErrorCode}")}");
        }
        catch (Exception failure) when (failure is AggregateException or HttpRequestException)
        {
            throw new ContentsUnavailableException($"Azure Blob {operation}: {failure.InnerException?.Message ?? failure.Message}");
        }
    }
}
