using System.Text;
using System.Xml;
using System.Xml.Linq;
using Atrium.Server.Hosting;

namespace Atrium.Server.Storage.Wire;

/// <summary>XML as the storage services write and read it.</summary>
internal static class StorageXml
{
    private const int MostRequestBytes = 8 * 1024 * 1024;
    private static readonly XmlReaderSettings Strict = new() { Async = true, DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersFromEntities = 1024 };
    private static readonly XmlWriterSettings Plain = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false };

    /// <summary>Writes a document.</summary>
    public static byte[] Write(Action<XmlWriter> content)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, Plain))
        {
            content(writer);
        }

        return bytes.ToArray();
    }

    /// <summary>An element with text; none where there is no text.</summary>
    public static void Element(this XmlWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteElementString(name, text);
        }
    }

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">400 or 413: it is no such document.</exception>
    public static async Task<XElement> ReadAsync(HttpRequest request, string root, CancellationToken cancellationToken)
    {
        var bytes = await BoundedBody.ReadAsync(request.Body, request.ContentLength, MostRequestBytes, cancellationToken) ?? throw ApiException.Published(StatusCodes.Status413PayloadTooLarge, "RequestBodyTooLarge", $"The request body is too large: at most {MostRequestBytes} bytes.");
        try
        {
            using var stream = new MemoryStream(bytes);
            using var reader = XmlReader.Create(stream, Strict);
            var document = await XDocument.LoadAsync(reader, LoadOptions.None, cancellationToken);
            return document.Root!.Name.LocalName == root ? document.Root : throw Invalid($"The root element must be {root}; found {document.Root.Name.LocalName}.");
        }
        catch (XmlException wrong)
        {
            throw Invalid(wrong.Message);
        }
    }

    public static ApiException Invalid(string why) => ApiException.BadRequest("InvalidXmlDocument", $"The specified XML is not syntactically valid. {why}");

    public static string Escape(string text) => System.Security.SecurityElement.Escape(text);
}
