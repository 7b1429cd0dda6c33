using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Atrium.Storage.Contents;

/// <summary>
/// Contents as objects of a bucket. A content of more than a part goes up as a multipart upload, of which nothing shows before its end; at most two parts of it are
/// in memory. The service ends uploads that nobody ended, by a lifecycle rule of the bucket.
/// </summary>
public sealed class S3ContentStore : IContentStore, IDisposable
{
    private const int PartBytes = 8 * 1024 * 1024;
    private const int MaxRetries = 3;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(5);
    private readonly S3Bucket place;
    private readonly AmazonS3Client client;

    /// <param name="place">The bucket.</param>
    /// <param name="way">By which all calls leave; stays the caller's.</param>
    public S3ContentStore(S3Bucket place, HttpMessageHandler way)
    {
        ArgumentNullException.ThrowIfNull(place);
        this.place = place;
        client = new(new BasicAWSCredentials(place.AccessKey, place.SecretKey), new AmazonS3Config
        {
            ServiceURL = place.Endpoint.AbsoluteUri,
            AuthenticationRegion = place.Region,
            ForcePathStyle = place.UsesPathStyle,
            HttpClientFactory = new Factory(way),
            MaxErrorRetry = MaxRetries,
            Timeout = CallTimeout,

            // Other services than the first one do not all know the newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
    }

    /// <inheritdoc/>
    public string Name => "s3";

    private bool IsPrivate => place.Endpoint.Scheme == Uri.UriSchemeHttps;

    /// <inheritdoc/>
    public async Task PutAsync(ContentId id, Stream content, long length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (length > PartBytes)
        {
            await PutPartsAsync(KeyOf(id), content, length, cancellationToken);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            await content.ReadExactlyAsync(buffer.AsMemory(0, (int)length), cancellationToken);
            await CallAsync("put", async () => await client.PutObjectAsync(
                new()
                {
                    BucketName = place.Bucket,
                    Key = KeyOf(id),
                    InputStream = new MemoryStream(buffer, 0, (int)length, writable: false),
                    DisablePayloadSigning = IsPrivate,
                    UseChunkEncoding = false,
                },
                cancellationToken));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(ContentId id, long offset, long length, CancellationToken cancellationToken) => length == 0 ? Stream.Null : await CallAsync("get", async () =>
    {
        var answer = await client.GetObjectAsync(new() { BucketName = place.Bucket, Key = KeyOf(id), ByteRange = new(offset, offset + length - 1) }, cancellationToken);
        return answer.ResponseStream;
    });

    /// <inheritdoc/>
    public async Task DeleteAsync(ContentId id, CancellationToken cancellationToken) =>
        await CallAsync("delete", async () => await client.DeleteObjectAsync(new() { BucketName = place.Bucket, Key = KeyOf(id) }, cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentId> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = place.Bucket, Prefix = place.Prefix };
        ListObjectsV2Response page;
        do
        {
            page = await CallAsync("list", async () => await client.ListObjectsV2Async(request, cancellationToken));
            foreach (var found in page.S3Objects ?? [])
            {
                if (ContentId.TryParse(found.Key[place.Prefix.Length..], out var id))
                {
                    yield return id;
                }
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task PutPartsAsync(string key, Stream content, long length, CancellationToken cancellationToken)
    {
        var upload = await CallAsync("put", async () => (await client.InitiateMultipartUploadAsync(new() { BucketName = place.Bucket, Key = key }, cancellationToken)).UploadId);
        try
        {
            var parts = await SendPartsAsync(key, upload, content, length, cancellationToken);
            await CallAsync("put", async () => await client.CompleteMultipartUploadAsync(new() { BucketName = place.Bucket, Key = key, UploadId = upload, PartETags = parts }, cancellationToken));
        }
        catch
        {
            await AbortAsync(key, upload);
            throw;
        }
    }

    /// <summary>Reads one part from the caller while the one before is on its way.</summary>
    private async Task<List<PartETag>> SendPartsAsync(string key, string upload, Stream content, long length, CancellationToken cancellationToken)
    {
        var (filling, sending) = (ArrayPool<byte>.Shared.Rent(PartBytes), ArrayPool<byte>.Shared.Rent(PartBytes));
        var parts = new List<PartETag>();
        Task send = Task.CompletedTask;
        try
        {
            for (long at = 0; at < length; at += PartBytes)
            {
                var size = (int)Math.Min(PartBytes, length - at);
                await content.ReadExactlyAsync(filling.AsMemory(0, size), cancellationToken);
                await send;
                (filling, sending) = (sending, filling);
                send = SendAsync(sending, size, (int)(at / PartBytes) + 1);
            }

            await send;
            return parts;
        }
        finally
        {
            // The buffer is not given back while it is being sent.
            await send.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(sending);
        }

        async Task SendAsync(byte[] bytes, int size, int number)
        {
            var request = new UploadPartRequest
            {
                BucketName = place.Bucket,
                Key = key,
                UploadId = upload,
                PartNumber = number,
                InputStream = new MemoryStream(bytes, 0, size, writable: false),
                PartSize = size,
                DisablePayloadSigning = IsPrivate,
                UseChunkEncoding = false,
            };
            parts.Add(new(number, await CallAsync("put", async () => (await client.UploadPartAsync(request, cancellationToken)).ETag)));
        }
    }

    /// <summary>Where that fails too, the bucket's lifecycle rule takes the parts away.</summary>
    private async Task AbortAsync(string key, string upload)
    {
        try
        {
            await CallAsync("abort", async () => await client.AbortMultipartUploadAsync(new() { BucketName = place.Bucket, Key = key, UploadId = upload }, CancellationToken.None));
        }
        catch (IOException)
        {
        }
    }

    private string KeyOf(ContentId id) => place.Prefix + id;

    private static async Task<T> CallAsync<T>(string operation, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (AmazonS3Exception missing) when (missing is { StatusCode: HttpStatusCode.NotFound, ErrorCode: "NoSuchKey" })
        {
            throw new FileNotFoundException("The content is not there.");
        }
        catch (AmazonServiceException refused)
        {
            throw new ContentsUnavailableException($"S3 {operation}: {(int)refused.StatusCode} {refused.ErrorCode}");
        }
        catch (Exception failure) when (failure is AmazonClientException or HttpRequestException or IOException and not (EndOfStreamException or ContentsUnavailableException))
        {
            throw new ContentsUnavailableException($"S3 {operation}: {failure.Message}");
        }
    }

    private sealed class Factory(HttpMessageHandler way) : HttpClientFactory
    {
#pragma warning disable RS0030 // The handler is the way out that the server checks.
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(way, disposeHandler: false) { Timeout = CallTimeout };
#pragma warning restore RS0030

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
