using System.Buffers.Text;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Blobs found by their tags, over an account or a container.</summary>
internal sealed class FindOperations(BlobTags tags)
{
    private const int MostBlobs = 5000;

    public IEnumerable<BlobOperation> All =>
    [
        new("FindBlobsByTags", "GET", BlobLevel.Service, "blobs", BlobRight.Filter, FindAsync),
        new("FindBlobsByTags", "GET", BlobLevel.Container, "blobs", BlobRight.Filter, FindAsync),
    ];

    private async Task FindAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var where = call.Query("where") ?? throw ApiException.BadRequest("MissingRequiredQueryParameter", "A required query parameter was not specified for this request: where.", "where");
        var marker = call.Query("marker") is not { } text ? null : IsMarker(text, out var read) ? read : throw BlobCall.BadQuery("marker", "one that a search answered.");
        var (found, next) = await tags.FindAsync(call.Account.Data, TagExpression.Parse(where), call.Target.Container, marker, ListQuery.Most(call, MostBlobs), cancellationToken);
        await call.AnswerXmlAsync(
            StorageXml.Write(xml =>
            {
                xml.WriteStartElement("EnumerationResults");
                xml.WriteAttributeString("ServiceEndpoint", $"{call.Request.Scheme}://{call.Request.Host}/{call.Account.Name}{StorageServices.Blob}/");
                xml.WriteElementString("Where", where);
                xml.WriteStartElement("Blobs");
                foreach (var blob in found)
                {
                    xml.WriteStartElement("Blob");
                    xml.WriteElementString("Name", blob.Name);
                    xml.WriteElementString("ContainerName", blob.Container);
                    TagXml.Write(xml, blob.Tags);
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
                xml.WriteElementString("NextMarker", next is null ? "" : Base64Url.EncodeToString(next));
                xml.WriteEndElement();
            }),
            cancellationToken);
    }

    /// <summary>A marker is a key within the account; one of another account leads nowhere, for the search stays in its own range.</summary>
    private static bool IsMarker(string text, out byte[] marker)
    {
        marker = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!Base64Url.TryDecodeFromChars(text, marker, out var length))
        {
            return false;
        }

        marker = marker[..length];
        return true;
    }
}
