using System.Xml;
using System.Xml.Linq;
using Atrium.Server.Storage.Wire;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Tags as they are sent and shown.</summary>
internal static class TagXml
{
    public static void Write(XmlWriter xml, IReadOnlyDictionary<string, string>? tags)
    {
        xml.WriteStartElement("Tags");
        xml.WriteStartElement("TagSet");
        foreach (var (key, value) in tags ?? new Dictionary<string, string>())
        {
            xml.WriteStartElement("Tag");
            xml.WriteElementString("Key", key);
            xml.WriteElementString("Value", value);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    public static IReadOnlyDictionary<string, string> Read(XElement root) => BlobHeaderRules.CheckTags(
        root.Element("TagSet")?.Elements("Tag").Select(tag => ((string?)tag.Element("Key") ?? "", (string?)tag.Element("Value") ?? "")) ?? throw StorageXml.Invalid("Tags must hold a TagSet."));
}
