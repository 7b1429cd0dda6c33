using System.Globalization;
using System.Xml.Linq;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Sas;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Properties of the blob service, and the keys by which identities sign.</summary>
internal sealed class PropertyOperations(BlobRows rows, DelegationKeyMaker keys)
{
    private const int LongestRetention = 365;
    private const string RetentionName = "DeleteRetentionPolicy";
    private static readonly string[] Known = ["Logging", "HourMetrics", "MinuteMetrics", "Cors", "DefaultServiceVersion", RetentionName, "StaticWebsite"];

    public IEnumerable<BlobOperation> All =>
    [
        new("GetBlobServiceProperties", "GET", BlobLevel.Service, "properties", BlobRight.ReadService, GetAsync),
        new("SetBlobServiceProperties", "PUT", BlobLevel.Service, "properties", BlobRight.WriteService, SetAsync),
        new("GetUserDelegationKey", "POST", BlobLevel.Service, "userdelegationkey", BlobRight.DelegationKey, (call, token) => keys.AnswerAsync(call, 'b', token)),
    ];

    private async Task GetAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var settings = await rows.SettingsAsync(call.Account.Data, cancellationToken);
        var kept = settings.Properties is { } text ? XElement.Parse(text) : new("StorageServiceProperties");
        var shown = new XElement("StorageServiceProperties", Known.Select(name => name == RetentionName ? Usual(name, settings) : kept.Element(name) ?? Usual(name, settings)).OfType<XElement>());
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

        var days = sent.Element(RetentionName) is { } policy ? ReadDays(policy) : (int?)null;
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

                // Its days stand beside, where the resource API changes them too.
                kept.Element(RetentionName)?.Remove();

                return before with { Properties = kept.ToString(SaveOptions.DisableFormatting), BlobRetentionDays = days ?? before.BlobRetentionDays };
            },
            cancellationToken);
        call.Answer(StatusCodes.Status202Accepted);
    }

    private static XElement? Usual(string name, ServiceSettings settings) => name switch
    {
        "Logging" => new(name, new XElement("Version", "1.0"), new XElement("Delete", "false"), new XElement("Read", "false"), new XElement("Write", "false"), Off("RetentionPolicy")),
        "HourMetrics" or "MinuteMetrics" => new(name, new XElement("Version", "1.0"), new XElement("Enabled", "false"), Off("RetentionPolicy")),
        "Cors" => new(name),
        RetentionName => settings.BlobRetentionDays == 0 ? Off(name) : new(name, new XElement("Enabled", "true"), new XElement("Days", settings.BlobRetentionDays)),
        "StaticWebsite" => Off(name),
        _ => null,
    };

    private static XElement Off(string name) => new(name, new XElement("Enabled", "false"));

    private static int ReadDays(XElement policy) => !IsTrue(policy.Element("Enabled")) ? 0
        : int.TryParse((string?)policy.Element("Days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= LongestRetention ? days
        : throw StorageXml.Invalid($"{RetentionName}.Days must be 1 to {LongestRetention}.");

    private static void DemandOff(XElement sent, string name, string what)
    {
        if (IsTrue(sent.Element(name)?.Element("Enabled")))
        {
            throw ApiException.NotBuilt(what);
        }
    }

    private static bool IsTrue(XElement? element) => bool.TryParse(element?.Value, out var yes) && yes;
}
