using System.Xml;

namespace Atrium.Inference.Speaking.Ssml;

/// <summary>The place in a document that is being read: how its elements are gone through, and the mistakes with their places.</summary>
/// <param name="xml">The document.</param>
/// <param name="mostDepth">How deep elements may lie.</param>
internal sealed class SsmlCursor(XmlReader xml, int mostDepth)
{
    private const string Xml = "http://www.w3.org/XML/1998/namespace";
    private const int MostProblems = 20;
    private readonly List<SsmlProblem> problems = [];

    public IReadOnlyList<SsmlProblem> Problems => problems;

    /// <summary>Of the element, with its prefix.</summary>
    public string Name => xml.Name;

    public string LocalName => xml.LocalName;

    public string Namespace => xml.NamespaceURI;

    /// <summary>The value of <c>xml:lang</c>; null for none.</summary>
    public string? Language => xml.GetAttribute("lang", Xml);

    public string? Attribute(string name) => xml.GetAttribute(name);

    /// <summary>Behind the element and all that is in it.</summary>
    public void Skip() => xml.Skip();

    /// <summary>Reads a whole document; <paramref name="onRoot"/> is called at its element. What is broken in it is a mistake like others.</summary>
    public void ReadDocument(Action onRoot)
    {
        try
        {
            xml.MoveToContent();
            onRoot();
            while (xml.Read())
            {
            }
        }
        catch (XmlException broken)
        {
            Report(broken.LineNumber, broken.LinePosition, broken.Message.Contains("DTD", StringComparison.Ordinal)
                ? "A document type (DOCTYPE) is not allowed."
                : $"The document is no well-formed XML. {broken.Message}");
        }
    }

    /// <summary>The text of an element that may have nothing else.</summary>
    public string ReadText()
    {
        var name = xml.Name;
        var text = new System.Text.StringBuilder();
        ReadChildren(
            part => text.Append(part),
            () =>
            {
                Report($"'{name}' can only have text; found '{xml.Name}' in it.");
                xml.Skip();
            });
        return text.ToString();
    }

    /// <summary>Behind an element that may have nothing in it.</summary>
    public void DemandEmpty()
    {
        var name = xml.Name;
        ReadChildren(
            text =>
            {
                if (text.Trim().Length > 0)
                {
                    Report($"'{name}' can have no text.");
                }
            },
            () =>
            {
                Report($"'{name}' can have no elements; found '{xml.Name}' in it.");
                xml.Skip();
            });
    }

    /// <summary>Goes through what is in the element that the reader is at, and behind it.</summary>
    public void ReadChildren(Action<string> onText, Action onElement)
    {
        if (xml.Depth >= mostDepth)
        {
            Report($"Elements lie more than {mostDepth} deep.");
            xml.Skip();
            return;
        }

        if (xml.IsEmptyElement)
        {
            xml.Read();
            return;
        }

        xml.Read();
        while (xml.NodeType is not (XmlNodeType.EndElement or XmlNodeType.None))
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element:
                    onElement();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    onText(xml.Value);
                    xml.Read();
                    break;
                default:
                    xml.Read();
                    break;
            }
        }

        xml.Read();
    }

    /// <summary>A mistake where the reader is.</summary>
    public void Report(string message) => Report(((IXmlLineInfo)xml).LineNumber, ((IXmlLineInfo)xml).LinePosition, message);

    public void Report(int line, int position, string message)
    {
        if (problems.Count < MostProblems)
        {
            problems.Add(new(Math.Max(1, line), Math.Max(1, position), message));
        }
    }
}
