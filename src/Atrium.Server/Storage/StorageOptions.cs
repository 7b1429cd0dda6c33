using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atrium.Server.Hosting.Settings;
using Azure.Storage.Blobs;

namespace Atrium.Server.Storage;

/// <summary>The <c>Storage</c> section of the configuration.</summary>
internal sealed class StorageOptions : ISettingRules
{
    public const string Section = "Storage";
    public const string FolderBackend = "folder";
    public const string S3Backend = "s3";
    public const string AzureBackend = "azure";

    [Description("Where the contents of blobs lie: in a folder, in a bucket of a service that speaks S3, in a container of Azure Blob Storage. What is there does not move with the setting.")]
    [AllowedValues(FolderBackend, S3Backend, AzureBackend)]
    public string Backend { get; set; } = FolderBackend;

    [Description("Folder of blobs' contents.")]
    [DefaultText("`storage/contents` in the data folder")]
    public string? Folder { get; set; }

    [Description("Folder of file shares, a folder each. Many nodes must see the same one.")]
    [DefaultText("`storage/shares` in the data folder")]
    public string? Shares { get; set; }

    public S3Options S3 { get; set; } = new();

    public AzureOptions Azure { get; set; } = new();

    public IEnumerable<SettingProblem> Check() => Backend switch
    {
        S3Backend => S3.Check(),
        AzureBackend => Azure.Check(),
        _ => [],
    };

    /// <summary>A bucket elsewhere.</summary>
    internal sealed class S3Options
    {
        [Description("Address of the service for Storage:Backend s3. One that is private must lie in Network:AllowedPrivateRanges.")]
        [AllowedText("an https address, or an http address of a network that nobody else is in")]
        public Uri? Endpoint { get; set; }

        [Description("Region as signatures of the service name it.")]
        public string Region { get; set; } = "us-east-1";

        [Description("Name of the bucket. It must be there; a lifecycle rule should end multipart uploads that stay incomplete for days.")]
        public string? Bucket { get; set; }

        [Description("With what the keys of this installation's objects begin; its tenant's id follows.")]
        public string Prefix { get; set; } = "";

        [Description("Id of the access key, which may read, write, list and delete objects.")]
        public string? AccessKey { get; set; }

        [PasswordPropertyText(true)]
        [Description("Secret of the access key.")]
        public string? SecretKey { get; set; }

        [Description("Whether the bucket stands in the path of an address; otherwise it is the first label of its host.")]
        public bool PathStyle { get; set; } = true;

        public IEnumerable<SettingProblem> Check()
        {
            if (Endpoint?.Scheme is not ("http" or "https"))
            {
                yield return new($"{Section}:S3:Endpoint", Endpoint?.ToString() ?? "nothing", $"an address that begins with https:// or http://, since {Section}:Backend is {S3Backend}");
            }

            foreach (var (key, value) in new[] { ("Bucket", Bucket), ("AccessKey", AccessKey), ("SecretKey", SecretKey) })
            {
                if (string.IsNullOrWhiteSpace(value))
                {
                    yield return new($"{Section}:S3:{key}", "nothing", $"a text, since {Section}:Backend is {S3Backend}");
                }
            }
        }
    }

    /// <summary>A container elsewhere.</summary>
    internal sealed class AzureOptions
    {
        [PasswordPropertyText(true)]
        [Description("Connection string for Storage:Backend azure, with a key or a shared access signature that may read, write, list and delete blobs. An endpoint that is private must lie in Network:AllowedPrivateRanges.")]
        public string? ConnectionString { get; set; }

        [Description("Name of the container. It must be there.")]
        public string? Container { get; set; }

        [Description("With what the names of this installation's blobs begin; its tenant's id follows.")]
        public string Prefix { get; set; } = "";

        public IEnumerable<SettingProblem> Check()
        {
            if (!IsConnectionString(ConnectionString))
            {
                yield return new(
                    $"{Section}:Azure:ConnectionString", ConnectionString is null ? "nothing" : "***", $"a connection string of Azure Storage that names a blob endpoint, since {Section}:Backend is {AzureBackend}");
            }

            if (string.IsNullOrWhiteSpace(Container))
            {
                yield return new($"{Section}:Azure:Container", "nothing", $"a text, since {Section}:Backend is {AzureBackend}");
            }
        }

        private static bool IsConnectionString(string? text)
        {
            try
            {
                return text is not null && new BlobServiceClient(text).Uri.IsAbsoluteUri;
            }
            catch (Exception wrong) when (wrong is FormatException or ArgumentException)
            {
                return false;
            }
        }
    }
}
