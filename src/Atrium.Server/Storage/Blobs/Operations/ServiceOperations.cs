using System.Xml;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Operations on the account's blob service.</summary>
internal sealed class ServiceOperations(BlobContainers containers)
{
    private const int MostContainers = 5000;

    public IEnumerable<BlobOperation> All =>
    [
        new("ListContainers", "GET", BlobLevel.Service, "list", BlobRight.ListContainers, ListAsync),
        new("GetAccountInformation", "GET", BlobLevel.Service, "account", BlobRight.Any, AccountAsync),
        new("GetAccountInformation", "HEAD", BlobLevel.Service, "account", BlobRight.Any, AccountAsync),
    ];

    private async Task ListAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var (prefix, marker, most) = (call.Query("prefix") ?? "", call.Query("marker"), ListQuery.Most(call, MostContainers));
        var include = ListQuery.Include(call, "metadata", "deleted", "system");
        var found = await containers.ListAsync(call.Account.Data, prefix, marker, most + 1, cancellationToken);
        var deleted = include.Contains("deleted") ? await containers.ListDeletedAsync(call.Account.Data, cancellationToken) : [];
        var (shown, next) = ListQuery.Page(found, deleted, container => container.Name, prefix, marker, most);
        await ListQuery.AnswerAsync(
            call,
            StorageServices.Blob,
            "Containers",
            next,
            xml =>
            {
                foreach (var container in shown)
                {
                    Write(xml, container, include.Contains("metadata"), call.Now);
                }
            },
            cancellationToken);
    }

    private static void Write(XmlWriter xml, StoredContainer container, bool hasMetadata, DateTimeOffset now)
    {
        xml.WriteStartElement("Container");
        xml.WriteElementString("Name", container.Name);
        if (container.IsDeleted)
        {
            xml.WriteElementString("Deleted", "true");
            xml.WriteElementString("Version", container.Version);
        }

        xml.WriteStartElement("Properties");
        xml.WriteElementString("Last-Modified", HeaderRules.Time(container.Modified));
        xml.WriteElementString("Etag", ConditionRules.Tag(container.ETag));
        LeaseView.Of(container.Lease, now).Write(xml);
        xml.WriteElementString("DefaultEncryptionScope", "$account-encryption-key");
        xml.WriteElementString("DenyEncryptionScopeOverride", "false");
        xml.WriteElementString("HasImmutabilityPolicy", "false");
        xml.WriteElementString("HasLegalHold", "false");
        ListQuery.WriteRetention(xml, container.Deleted, container.PurgeAt, now);
        xml.WriteEndElement();
        if (hasMetadata)
        {
            ListQuery.WriteMetadata(xml, container.Metadata);
        }

        xml.WriteEndElement();
    }

    private static Task AccountAsync(BlobCall call, CancellationToken cancellationToken)
    {
        call.Answer(StatusCodes.Status200OK);
        call.Set("x-ms-sku-name", call.Account.Sku);
        call.Set("x-ms-account-kind", call.Account.Kind);
        call.Set("x-ms-is-hns-enabled", "false");
        return Task.CompletedTask;
    }
}
