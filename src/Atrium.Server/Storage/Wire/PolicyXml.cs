using System.Globalization;
using System.Xml.Linq;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Wire;

/// <summary>Stored access policies as they are sent. Pure.</summary>
internal static class PolicyXml
{
    private const int MostPolicies = 5;
    private const int LongestId = 64;

    public static IReadOnlyList<StoredPolicy> Read(XElement root)
    {
        var policies = root.Elements("SignedIdentifier").Select(ReadOne).ToList();
        if (policies.Count > MostPolicies)
        {
            throw StorageXml.Invalid($"At most {MostPolicies} policies are kept; found {policies.Count}.");
        }

        return policies.DistinctBy(p => p.Id).Count() == policies.Count ? policies : throw StorageXml.Invalid("Two policies have one Id.");
    }

    public static byte[] Write(IReadOnlyList<StoredPolicy>? policies) => StorageXml.Write(xml =>
    {
        xml.WriteStartElement("SignedIdentifiers");
        foreach (var policy in policies ?? [])
        {
            xml.WriteStartElement("SignedIdentifier");
            xml.WriteElementString("Id", policy.Id);
            xml.WriteStartElement("AccessPolicy");
            xml.Element("Start", policy.Start);
            xml.Element("Expiry", policy.Expiry);
            xml.Element("Permission", policy.Permission);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    });

    private static StoredPolicy ReadOne(XElement element)
    {
        var id = (string?)element.Element("Id");
        if (id is not { Length: > 0 and <= LongestId })
        {
            throw StorageXml.Invalid($"Id must have 1 to {LongestId} characters.");
        }

        var policy = element.Element("AccessPolicy");
        return new(id, Time(policy, "Start"), Time(policy, "Expiry"), (string?)policy?.Element("Permission") is { Length: > 0 } permission ? permission : null);
    }

    private static string? Time(XElement? policy, string name) => (string?)policy?.Element(name) is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) ? text
        : throw StorageXml.Invalid($"{name} must be a time as ISO 8601 writes it; found '{text}'.");
}
