using System.Buffers.Text;
using System.Globalization;
using System.Xml;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Lists of a container's blobs.</summary>
internal sealed class ListOperations(BlobList list)
{
    private const int MostBlobs = 5000;
    private static readonly string[] Known = ["snapshots", "metadata", "uncommittedblobs", "copy", "deleted", "tags", "versions", "deletedwithversions", "immutabilitypolicy", "legalhold", "permissions"];

    public IEnumerable<BlobOperation> All => [new("ListBlobs", "GET", BlobLevel.Container, "list", BlobRight.List, ListAsync)];

    private async Task ListAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var include = ListQuery.Include(call, Known);
        var query = new BlobQuery
        {
            Prefix = call.Query("prefix") ?? "",
            Delimiter = call.Query("delimiter"),
            Marker = ReadMarker(call),
            Take = ListQuery.Most(call, MostBlobs),
            Snapshots = include.Contains("snapshots"),
            Deleted = include.Contains("deleted") || include.Contains("deletedwithversions"),
            Uncommitted = include.Contains("uncommittedblobs"),
        };
        var page = await list.ListAsync(call.Account.Data, call.Container, query, cancellationToken);
        await call.AnswerXmlAsync(StorageXml.Write(xml => Write(xml, call, query, page, include)), cancellationToken);
    }

    private static void Write(XmlWriter xml, BlobCall call, BlobQuery query, BlobPage page, IReadOnlySet<string> include)
    {
        xml.WriteStartElement("EnumerationResults");
        xml.WriteAttributeString("ServiceEndpoint", $"{call.Request.Scheme}://{call.Request.Host}/{call.Account.Name}{StorageServices.Blob}/");
        xml.WriteAttributeString("ContainerName", call.Container);
        xml.WriteElementString("Prefix", query.Prefix);
        xml.Element("Marker", call.Query("marker"));
        xml.Element("MaxResults", call.Query("maxresults"));
        xml.Element("Delimiter", query.Delimiter);
        xml.WriteStartElement("Blobs");
        foreach (var entry in page.Entries)
        {
            xml.WriteStartElement(entry.IsPrefix ? "BlobPrefix" : "Blob");
            WriteName(xml, entry.Name);
            if (!entry.IsPrefix)
            {
                WriteBlob(xml, call, entry.Blob, include);
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteElementString("NextMarker", page.Next is null ? "" : Base64Url.EncodeToString(page.Next));
        xml.WriteEndElement();
    }

    private static void WriteBlob(XmlWriter xml, BlobCall call, StoredBlob? blob, IReadOnlySet<string> include)
    {
        if (blob is { IsDeleted: true })
        {
            xml.WriteElementString("Deleted", "true");
        }

        xml.Element("Snapshot", blob is { Snapshot: not 0 } ? BlobHeaderRules.Snapshot(blob.Snapshot) : null);
        xml.WriteStartElement("Properties");
        if (blob is null)
        {
            xml.WriteElementString("Content-Length", "0");
            xml.WriteElementString("BlobType", "BlockBlob");
            xml.WriteEndElement();
            return;
        }

        WriteProperties(xml, call, blob, include.Contains("copy"));
        xml.WriteEndElement();
        if (include.Contains("metadata"))
        {
            ListQuery.WriteMetadata(xml, blob.Metadata);
        }

        if (include.Contains("tags") && blob.Tags is { Count: > 0 } tags)
        {
            TagXml.Write(xml, tags);
        }
    }

    private static void WriteProperties(XmlWriter xml, BlobCall call, StoredBlob blob, bool hasCopy)
    {
        var headers = blob.Headers ?? BlobHeaders.None;
        xml.WriteElementString("Creation-Time", HeaderRules.Time(blob.Created));
        xml.WriteElementString("Last-Modified", HeaderRules.Time(blob.Modified));
        xml.WriteElementString("Etag", ConditionRules.Tag(blob.ETag).Trim('"'));
        xml.WriteElementString("Content-Length", blob.Length.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("Content-Type", headers.ContentType ?? "");
        xml.WriteElementString("Content-Encoding", headers.ContentEncoding ?? "");
        xml.WriteElementString("Content-Language", headers.ContentLanguage ?? "");
        xml.WriteElementString("Content-CRC64", "");
        xml.WriteElementString("Content-MD5", headers.ContentMd5 is { } md5 ? Convert.ToBase64String(md5) : "");
        xml.WriteElementString("Cache-Control", headers.CacheControl ?? "");
        xml.WriteElementString("Content-Disposition", headers.ContentDisposition ?? "");
        xml.WriteElementString("BlobType", BlobView.TypeOf(blob));
        if (blob.Kind == BlobKind.Block)
        {
            xml.WriteElementString("AccessTier", blob.Tier ?? call.Account.Tier);
            xml.Element("AccessTierInferred", blob.Tier is null ? "true" : null);
            xml.Element("AccessTierChangeTime", blob.TierChanged == 0 ? null : HeaderRules.Time(blob.TierChanged));
        }

        if (blob is { Snapshot: 0, IsDeleted: false })
        {
            LeaseView.Of(blob.Lease, call.Now).Write(xml);
        }

        xml.WriteElementString("ServerEncrypted", "false");
        xml.Element("Sealed", blob.IsSealed ? "true" : null);
        xml.Element("TagCount", blob.Tags is { Count: > 0 and var count } ? count.ToString(CultureInfo.InvariantCulture) : null);
        ListQuery.WriteRetention(xml, blob.Deleted, blob.PurgeAt, call.Now);
        if (hasCopy && blob.Copy is { } copy)
        {
            var bytes = copy.Bytes.ToString(CultureInfo.InvariantCulture);
            xml.WriteElementString("CopyId", copy.Id);
            xml.WriteElementString("CopyStatus", "success");
            xml.WriteElementString("CopySource", copy.Source);
            xml.WriteElementString("CopyProgress", $"{bytes}/{bytes}");
            xml.WriteElementString("CopyCompletionTime", HeaderRules.Time(copy.Completed));
        }
    }

    /// <summary>A name with characters that XML has not is written percent-encoded, and says so.</summary>
    private static void WriteName(XmlWriter xml, string name)
    {
        xml.WriteStartElement("Name");
        if (IsXml(name))
        {
            xml.WriteString(name);
        }
        else
        {
            xml.WriteAttributeString("Encoded", "true");
            xml.WriteString(Uri.EscapeDataString(name));
        }

        xml.WriteEndElement();
    }

    private static bool IsXml(string name)
    {
        for (var at = 0; at < name.Length; at++)
        {
            if (at + 1 < name.Length && XmlConvert.IsXmlSurrogatePair(name[at + 1], name[at]))
            {
                at++;
            }
            else if (!XmlConvert.IsXmlChar(name[at]) || name[at] == '\r')
            {
                return false;
            }
        }

        return true;
    }

    private static byte[]? ReadMarker(BlobCall call)
    {
        try
        {
            return call.Query("marker") is { } marker ? Base64Url.DecodeFromChars(marker) : null;
        }
        catch (FormatException)
        {
            throw BlobCall.BadQuery("marker", "one that a list answered.");
        }
    }
}
