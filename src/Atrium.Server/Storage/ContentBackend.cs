using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Identity;
using Atrium.Storage.Contents;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Storage;

/// <summary>
/// Opens the content store that the settings name. Elsewhere all names begin with the tenant's id: contents that no row knows are taken away, so two installations
/// in one bucket must never see one another's.
/// </summary>
internal static class ContentBackend
{
    public static readonly EgressDoor Door = new("storage-contents", "The bucket or container in which the contents of blobs lie; the operator says where (Storage:Backend).");

    public static IContentStore Open(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        return options.Backend switch
        {
            StorageOptions.S3Backend => new S3ContentStore(Read(options.S3, services.GetRequiredService<Tenant>()), WayOf(services)),
            StorageOptions.AzureBackend => new AzureContentStore(
                options.Azure.ConnectionString!, options.Azure.Container!, $"{options.Azure.Prefix}{services.GetRequiredService<Tenant>().Id}/", WayOf(services)),
            _ => new FolderContentStore(options.Folder ?? Path.Combine(services.GetRequiredService<IOptions<AtriumOptions>>().Value.Data, "storage", "contents")),
        };
    }

    /// <summary>By which calls to the backend leave.</summary>
    internal static HttpMessageHandler WayOf(IServiceProvider services) => new Way(services.GetRequiredService<EgressClient>());

    private static S3Bucket Read(StorageOptions.S3Options options, Tenant tenant) => new()
    {
        Endpoint = options.Endpoint!,
        Region = options.Region,
        Bucket = options.Bucket!,
        Prefix = $"{options.Prefix}{tenant.Id}/",
        AccessKey = options.AccessKey!,
        SecretKey = options.SecretKey!,
        UsesPathStyle = options.PathStyle,
    };

    /// <summary>Tells what is refused in the words of a client, which the libraries of the services understand.</summary>
    private sealed class Way(EgressClient egress) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await egress.SendAsync(new(Door, Workspace: null), request, cancellationToken);
            }
            catch (EgressRefusedException refused)
            {
                throw new HttpRequestException(refused.Message);
            }
        }
    }
}
