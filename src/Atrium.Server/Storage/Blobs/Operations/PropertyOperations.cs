using System.Globalization;
using System.Xml.Linq;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Sas;
using Atrium.Server.Hosting;
using Atrium.Server.Identity;
using Atrium.Server.Identity.Principals;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Properties of the blob service, and the keys by which identities sign.</summary>
internal sealed class PropertyOperations(BlobRows rows, DelegationKeys keys, PrincipalState principals, Tenant tenant)
{
    private const int LongestRetention = 365;
    private static readonly TimeSpan LongestKey = TimeSpan.FromDays(7);
    private static readonly string[] Known = ["Logging", "HourMetrics", "MinuteMetrics", "Cors", "DefaultServiceVersion", "DeleteRetentionPolicy", "StaticWebsite"];

    public IEnumerable<BlobOperation> All =>
    [
        new("GetBlobServiceProperties", "GET", BlobLevel.Service, "properties", BlobRight.ReadService, GetAsync),
        new("SetBlobServiceProperties", "PUT", BlobLevel.Service, "properties", BlobRight.WriteService, SetAsync),
        new("GetUserDelegationKey", "POST", BlobLevel.Service, "userdelegationkey", BlobRight.DelegationKey, MakeKeyAsync),
    ];

    private async Task GetAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var settings = await rows.SettingsAsync(call.Account.Data, cancellationToken);
        var kept = settings.Properties is { } text ? XElement.Parse(text) : new("StorageServiceProperties");
        var shown = new XElement("StorageServiceProperties", Known.Select(name => kept.Element(name) ?? Usual(name, settings)).OfType<XElement>());
        await call.AnswerXmlAsync(StorageXml.Write(xml => shown.WriteTo(xml)), cancellationToken);
    }

    /// <summary>What is not sent stays. What has no effect here is refused when it is switched on, so nobody relies on it.</summary>
    private async Task SetAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var sent = await StorageXml.ReadAsync(call.Request, "StorageServiceProperties", cancellationToken);
        if (sent.Elements().FirstOrDefault(e => !Known.Contains(e.Name.LocalName)) is { } unknown)
        {
            throw StorageXml.Invalid($"'{unknown.Name.LocalName}' is none of {string.Join(", ", Known)}.");
        }

        DemandOff(sent, "StaticWebsite", "A static website");
        DemandOff(sent, "HourMetrics", "Metrics of the hour");
        DemandOff(sent, "MinuteMetrics", "Metrics of the minute");
        if (sent.Element("Logging") is { } logging && logging.Elements().Any(IsTrue))
        {
            throw ApiException.NotBuilt("Storage logging ($logs)");
        }

        if (sent.Element("Cors")?.HasElements == true)
        {
            throw ApiException.NotBuilt("CORS of the blob service");
        }

        var days = sent.Element("DeleteRetentionPolicy") is { } policy ? ReadDays(policy) : (int?)null;
        await rows.SetSettingsAsync(
            call.Account.Data,
            before =>
            {
                var kept = before.Properties is { } text ? XElement.Parse(text) : new("StorageServiceProperties");
                foreach (var element in sent.Elements())
                {
                    kept.Element(element.Name)?.Remove();
                    kept.Add(element);
                }

                return before with { Properties = kept.ToString(SaveOptions.DisableFormatting), BlobRetentionDays = days ?? before.BlobRetentionDays };
            },
            cancellationToken);
        call.Answer(StatusCodes.Status202Accepted);
    }

    private async Task MakeKeyAsync(BlobCall call, CancellationToken cancellationToken)
    {
        if (call.Caller is not StorageCaller.Principal { Caller: var caller })
        {
            throw StorageRefusals.NotAllowed();
        }

        var sent = await StorageXml.ReadAsync(call.Request, "KeyInfo", cancellationToken);
        var (start, end) = (SasToken.Time((string?)sent.Element("Start") ?? "") ?? call.Now, SasToken.Time((string?)sent.Element("Expiry") ?? ""));
        if (end is not { } expiry || expiry <= call.Now || expiry <= start || expiry - call.Now > LongestKey)
        {
            throw StorageXml.Invalid($"Expiry is mandatory, lies ahead of now and of Start, and within {LongestKey.TotalDays} days.");
        }

        var isOurs = (await principals.ReadAsync(cancellationToken)).Find(caller.ObjectId) is not null;
        var key = new DelegationKey(
            caller.ObjectId, isOurs ? tenant.Id : DelegationKey.OutsideTenant, Text(start), Text(expiry), "b", (string?)call.Response.Headers["x-ms-version"] ?? "", (string?)sent.Element("DelegatedUserTid") ?? "");
        var value = await keys.MakeAsync(call.Account, key, cancellationToken);
        await call.AnswerXmlAsync(
            StorageXml.Write(xml =>
            {
                xml.WriteStartElement("UserDelegationKey");
                xml.WriteElementString("SignedOid", key.ObjectId);
                xml.WriteElementString("SignedTid", key.TenantId);
                xml.WriteElementString("SignedStart", key.Start);
                xml.WriteElementString("SignedExpiry", key.Expiry);
                xml.WriteElementString("SignedService", key.Service);
                xml.WriteElementString("SignedVersion", key.Version);
                xml.Element("SignedDelegatedUserTid", key.DelegatedTenantId.Length > 0 ? key.DelegatedTenantId : null);
                xml.WriteElementString("Value", Convert.ToBase64String(value));
                xml.WriteEndElement();
            }),
            cancellationToken);
    }

    private static XElement? Usual(string name, ServiceSettings settings) => name switch
    {
        "Logging" => new(name, new XElement("Version", "1.0"), new XElement("Delete", "false"), new XElement("Read", "false"), new XElement("Write", "false"), Off("RetentionPolicy")),
        "HourMetrics" or "MinuteMetrics" => new(name, new XElement("Version", "1.0"), new XElement("Enabled", "false"), Off("RetentionPolicy")),
        "Cors" => new(name),
        "DeleteRetentionPolicy" => settings.BlobRetentionDays == 0 ? Off(name) : new(name, new XElement("Enabled", "true"), new XElement("Days", settings.BlobRetentionDays)),
        "StaticWebsite" => Off(name),
        _ => null,
    };

    private static XElement Off(string name) => new(name, new XElement("Enabled", "false"));

    private static int ReadDays(XElement policy) => !IsTrue(policy.Element("Enabled")) ? 0
        : int.TryParse((string?)policy.Element("Days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= LongestRetention ? days
        : throw StorageXml.Invalid($"DeleteRetentionPolicy.Days must be 1 to {LongestRetention}.");

    private static void DemandOff(XElement sent, string name, string what)
    {
        if (IsTrue(sent.Element(name)?.Element("Enabled")))
        {
            throw ApiException.NotBuilt(what);
        }
    }

    private static bool IsTrue(XElement? element) => bool.TryParse(element?.Value, out var yes) && yes;

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
