using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Sas;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Files.Operations;

/// <summary>Operations on the account's file service.</summary>
internal sealed class FileServiceOperations(FileShares shares, DelegationKeyMaker keys)
{
    private const int MostShares = 5000;
    private static readonly string[] Known = ["HourMetrics", "MinuteMetrics", "Cors", "ProtocolSettings"];

    public IEnumerable<FileOperation> All =>
    [
        new("ListShares", "GET", FileLevel.Service, "list", FileRight.ListShares, ListAsync),
        new("GetFileServiceProperties", "GET", FileLevel.Service, "properties", FileRight.ReadService, GetAsync),
        new("SetFileServiceProperties", "PUT", FileLevel.Service, "properties", FileRight.WriteService, SetAsync),
        new("GetUserDelegationKey", "POST", FileLevel.Service, "userdelegationkey", FileRight.DelegationKey, (call, token) => keys.AnswerAsync(call, 'f', token)),
    ];

    private async Task ListAsync(FileCall call, CancellationToken cancellationToken)
    {
        var (prefix, marker, most) = (call.Query("prefix") ?? "", call.Query("marker"), ListQuery.Most(call, MostShares));
        var include = ListQuery.Include(call, "metadata", "snapshots", "deleted");
        var found = await shares.ListAsync(call.Account.Data, prefix, marker, most + 1, cancellationToken);
        var deleted = include.Contains("deleted") ? await shares.ListDeletedAsync(call.Account.Data, cancellationToken) : [];
        var (shown, next) = ListQuery.Page(found, deleted, share => share.Name, prefix, marker, most);
        await ListQuery.AnswerAsync(
            call,
            StorageServices.File,
            "Shares",
            next,
            xml =>
            {
                foreach (var share in shown)
                {
                    Write(xml, share, include.Contains("metadata"), call.Now);
                }
            },
            cancellationToken);
    }

    private static void Write(XmlWriter xml, StoredShare share, bool hasMetadata, DateTimeOffset now)
    {
        xml.WriteStartElement("Share");
        xml.WriteElementString("Name", share.Name);
        if (share.Deleted != 0)
        {
            xml.WriteElementString("Deleted", "true");
            xml.WriteElementString("Version", share.Version);
        }

        xml.WriteStartElement("Properties");
        xml.WriteElementString("Last-Modified", HeaderRules.Time(share.Modified));
        xml.WriteElementString("Etag", ConditionRules.Tag(share.ETag));
        xml.WriteElementString("Quota", share.Quota.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("AccessTier", share.Tier ?? "TransactionOptimized");
        LeaseView.Of(share.Lease, now).Write(xml);
        ListQuery.WriteRetention(xml, share.Deleted, share.PurgeAt, now);
        xml.WriteEndElement();
        if (hasMetadata)
        {
            ListQuery.WriteMetadata(xml, share.Metadata);
        }

        xml.WriteEndElement();
    }

    private async Task GetAsync(FileCall call, CancellationToken cancellationToken)
    {
        var settings = await shares.SettingsAsync(call.Account.Data, cancellationToken);
        var kept = settings.Properties is { } text ? XElement.Parse(text) : new("StorageServiceProperties");
        var shown = new XElement("StorageServiceProperties", Known.Select(name => kept.Element(name) ?? Usual(name)).OfType<XElement>());
        await call.AnswerXmlAsync(StorageXml.Write(xml => shown.WriteTo(xml)), cancellationToken);
    }

    /// <summary>What has no effect here is refused when it is switched on.</summary>
    private async Task SetAsync(FileCall call, CancellationToken cancellationToken)
    {
        var sent = await StorageXml.ReadAsync(call.Request, "StorageServiceProperties", cancellationToken);
        if (sent.Elements().FirstOrDefault(e => !Known.Contains(e.Name.LocalName)) is { } unknown)
        {
            throw StorageXml.Invalid($"'{unknown.Name.LocalName}' is none of {string.Join(", ", Known)}.");
        }

        if (sent.Element("Cors")?.HasElements == true || sent.Elements().Any(e => bool.TryParse((string?)e.Element("Enabled"), out var on) && on))
        {
            throw ApiException.NotBuilt("CORS and metrics of the file service");
        }

        await shares.SetSettingsAsync(call.Account.Data, before => before with { Properties = sent.ToString(SaveOptions.DisableFormatting) }, cancellationToken);
        call.Answer(StatusCodes.Status202Accepted);
    }

    private static XElement? Usual(string name) => name switch
    {
        "HourMetrics" or "MinuteMetrics" => new(name, new XElement("Version", "1.0"), new XElement("Enabled", "false"), new XElement("RetentionPolicy", new XElement("Enabled", "false"))),
        "Cors" => new(name),
        _ => null,
    };
}
