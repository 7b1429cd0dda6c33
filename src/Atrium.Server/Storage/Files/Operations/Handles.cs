using Atrium.Server.Storage.Wire;

namespace Atrium.Server.Storage.Files.Operations;

/// <summary>Handles that SMB clients hold open. There is no SMB here, so there is never one, and closing them closes none.</summary>
internal static class Handles
{
    public static IEnumerable<FileOperation> Operations(FileLevel level) =>
    [
        new("ListHandles", "GET", level, "listhandles", FileRight.Read, ListAsync),
        new("ForceCloseHandles", "PUT", level, "forceclosehandles", FileRight.Write, CloseAsync),
    ];

    private static Task ListAsync(FileCall call, CancellationToken cancellationToken) => call.AnswerXmlAsync(
        StorageXml.Write(xml =>
        {
            xml.WriteStartElement("EnumerationResults");
            xml.WriteElementString("HandleList", "");
            xml.WriteElementString("NextMarker", "");
            xml.WriteEndElement();
        }),
        cancellationToken);

    private static Task CloseAsync(FileCall call, CancellationToken cancellationToken)
    {
        call.Set("x-ms-number-of-handles-closed", "0");
        call.Set("x-ms-number-of-handles-failed", "0");
        call.Answer(StatusCodes.Status200OK);
        return Task.CompletedTask;
    }
}
