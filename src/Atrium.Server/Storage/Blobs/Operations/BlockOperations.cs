using System.Globalization;
using System.Xml.Linq;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Blocks: put one by one, many at once, and put together by a list.</summary>
internal sealed class BlockOperations(BlockStore blocks, BodyTaker bodies, BlobStore blobs)
{
    private const long MostBlockBytes = 4000L * 1024 * 1024;

    public IEnumerable<BlobOperation> All =>
    [
        new("PutBlock", "PUT", BlobLevel.Blob, "block", BlobRight.PutBlocks, PutAsync),
        new("PutBlockList", "PUT", BlobLevel.Blob, "blocklist", BlobRight.PutBlocks, CommitAsync),
        new("GetBlockList", "GET", BlobLevel.Blob, "blocklist", BlobRight.Read, ListAsync),
    ];

    /// <exception cref="ApiException">400: it is no block id.</exception>
    public static byte[] ReadId(string? text)
    {
        var id = new byte[BlockStore.LongestId];
        return text is { Length: > 0 } && Convert.TryFromBase64String(text, id, out var length) && length > 0
            ? id[..length]
            : throw ApiException.BadRequest("InvalidQueryParameterValue", $"A block id is 1 to {BlockStore.LongestId} bytes in base64.", "blockid");
    }

    private async Task PutAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var id = ReadId(call.Query("blockid"));
        var leaseId = BlobHeaderRules.ReadConditions(call).LeaseId;
        await blobs.DemandWritableAsync(call.Address, Conditions.None with { LeaseId = leaseId }, cancellationToken);
        var taken = await bodies.TakeAsync(call, MostBlockBytes, wantsMd5: false, cancellationToken);
        if (taken.Upload is not { } upload)
        {
            throw BlobCall.BadHeader("Content-Length", "greater than 0.");
        }

        await bodies.LandAsync(taken, async () =>
        {
            await blocks.StageAsync(call.Address, id, upload, leaseId, cancellationToken);
            return 0;
        });
        BlobView.StampSums(call, taken);
        BlobView.StampEncrypted(call, upload);
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task CommitAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var choices = Read(await StorageXml.ReadAsync(call.Request, "BlockList", cancellationToken));
        var blob = await blocks.CommitAsync(
            call.Address,
            choices,
            new()
            {
                Headers = BlobHeaderRules.ReadHeaders(call),
                Metadata = HeaderRules.ReadMetadata(call.Request),
                Tags = BlobHeaderRules.ReadTags(call.Header("x-ms-tags")),
                Tier = Tiers.Read(call),
                Conditions = BlobHeaderRules.ReadConditions(call),
            },
            cancellationToken);
        BlobView.Stamp(call, blob);
        BlobView.StampEncrypted(call, blob);
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task ListAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var type = (call.Query("blocklisttype") ?? "committed").ToLowerInvariant();
        if (type is not ("committed" or "uncommitted" or "all"))
        {
            throw BlobCall.BadQuery("blocklisttype", "committed, uncommitted or all.");
        }

        var (blob, committed, waiting) = await blocks.ListAsync(call.Address, cancellationToken);
        if (blob is not null)
        {
            BlobView.Stamp(call, blob);
            call.Set("x-ms-blob-content-length", blob.Length.ToString(CultureInfo.InvariantCulture));
        }

        await call.AnswerXmlAsync(
            StorageXml.Write(xml =>
            {
                xml.WriteStartElement("BlockList");
                foreach (var (name, views) in ((string, IReadOnlyList<BlockView>)[])[("CommittedBlocks", type == "uncommitted" ? [] : committed), ("UncommittedBlocks", type == "committed" ? [] : waiting)])
                {
                    xml.WriteStartElement(name);
                    foreach (var view in views)
                    {
                        xml.WriteStartElement("Block");
                        xml.WriteElementString("Name", Convert.ToBase64String(view.Id));
                        xml.WriteElementString("Size", view.Length.ToString(CultureInfo.InvariantCulture));
                        xml.WriteEndElement();
                    }

                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }),
            cancellationToken);
    }

    private static List<BlockChoice> Read(XElement root)
    {
        var choices = root.Elements().Select(element => new BlockChoice(ReadId(element.Value.Trim()), element.Name.LocalName switch
        {
            "Committed" => BlockSource.Committed,
            "Uncommitted" => BlockSource.Uncommitted,
            "Latest" => BlockSource.Latest,
            _ => throw StorageXml.Invalid($"'{element.Name.LocalName}' is none of Committed, Uncommitted, Latest."),
        })).ToList();
        return choices.Count <= BlockStore.MostBlocks ? choices : throw ApiException.BadRequest("BlockListTooLong", $"The block list may not contain more than {BlockStore.MostBlocks} blocks.");
    }
}
