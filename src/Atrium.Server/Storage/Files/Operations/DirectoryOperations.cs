using System.Globalization;
using System.Xml;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Files.Operations;

/// <summary>Operations on directories. The share's root is one.</summary>
internal sealed class DirectoryOperations(FileStore files, FileShares shares, FileRenames renames)
{
    private const int MostEntries = 5000;

    public IEnumerable<FileOperation> All =>
    [
        new("CreateDirectory", "PUT", FileLevel.Directory, "", FileRight.Create, CreateAsync),
        new("GetDirectoryProperties", "GET", FileLevel.Directory, "", FileRight.Read, ShowAsync),
        new("GetDirectoryProperties", "HEAD", FileLevel.Directory, "", FileRight.Read, ShowAsync),
        new("GetDirectoryMetadata", "GET", FileLevel.Directory, "metadata", FileRight.Read, ShowAsync),
        new("GetDirectoryMetadata", "HEAD", FileLevel.Directory, "metadata", FileRight.Read, ShowAsync),
        new("SetDirectoryMetadata", "PUT", FileLevel.Directory, "metadata", FileRight.Write, SetMetadataAsync),
        new("SetDirectoryProperties", "PUT", FileLevel.Directory, "properties", FileRight.Write, SetPropertiesAsync),
        new("DeleteDirectory", "DELETE", FileLevel.Directory, "", FileRight.Delete, DeleteAsync),
        new("ListDirectoriesAndFiles", "GET", FileLevel.Directory, "list", FileRight.List, ListAsync),
        new("RenameDirectory", "PUT", FileLevel.Directory, "rename", FileRight.Write, (call, token) => renames.RunAsync(call, isDirectory: true, token)),
        .. Handles.Operations(FileLevel.Directory),
    ];

    private async Task CreateAsync(FileCall call, CancellationToken cancellationToken)
    {
        var directory = await files.CreateDirectoryAsync(call.Address, await FileHeaders.ReadChangeAsync(call, shares, cancellationToken), HeaderRules.ReadMetadata(call.Request), cancellationToken);
        FileHeaders.Answer(call, directory, StatusCodes.Status201Created, showsSmb: true);
    }

    private async Task ShowAsync(FileCall call, CancellationToken cancellationToken)
    {
        var directory = await files.DemandDirectoryAsync(call.Address, cancellationToken);
        FileHeaders.Stamp(call, directory);
        FileHeaders.WriteSmb(call, directory);
        HeaderRules.WriteMetadata(call, directory.Kept.Metadata);
        call.Set("x-ms-server-encrypted", "false");
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task SetMetadataAsync(FileCall call, CancellationToken cancellationToken)
    {
        await files.DemandDirectoryAsync(call.Address, cancellationToken);
        FileHeaders.Answer(call, await files.SetMetadataAsync(call.Address, HeaderRules.ReadMetadata(call.Request), call.LeaseId, cancellationToken), StatusCodes.Status200OK, showsSmb: false);
    }

    private async Task SetPropertiesAsync(FileCall call, CancellationToken cancellationToken)
    {
        await files.DemandDirectoryAsync(call.Address, cancellationToken);
        var directory = await files.ChangeAsync(call.Address, await FileHeaders.ReadChangeAsync(call, shares, cancellationToken), call.LeaseId, cancellationToken);
        FileHeaders.Answer(call, directory, StatusCodes.Status200OK, showsSmb: true);
    }

    private async Task DeleteAsync(FileCall call, CancellationToken cancellationToken)
    {
        await files.DeleteAsync(call.Address, isDirectory: true, call.LeaseId, cancellationToken);
        call.Answer(StatusCodes.Status202Accepted);
    }

    private async Task ListAsync(FileCall call, CancellationToken cancellationToken)
    {
        var (prefix, marker, most) = (call.Query("prefix") ?? "", call.Query("marker"), ListQuery.Most(call, MostEntries));
        var include = ListQuery.Include(call, "timestamps", "etag", "attributes", "permissionkey");
        var directory = await files.DemandDirectoryAsync(call.Address, cancellationToken);
        var found = await files.ListAsync(call.Address, prefix, marker, most + 1, cancellationToken);
        await call.AnswerXmlAsync(
            StorageXml.Write(xml =>
            {
                xml.WriteStartElement("EnumerationResults");
                xml.WriteAttributeString("ServiceEndpoint", $"{call.Request.Scheme}://{call.Request.Host}/{call.Account.Name}{StorageServices.File}/");
                xml.WriteAttributeString("ShareName", call.Target.Share!);
                xml.WriteAttributeString("DirectoryPath", call.Address.Path.Text);
                xml.WriteElementString("Prefix", prefix);
                xml.Element("Marker", marker);
                xml.Element("MaxResults", call.Query("maxresults"));
                xml.WriteElementString("DirectoryId", FileHeaders.Number(directory.Entry.Inode));
                xml.WriteStartElement("Entries");
                foreach (var entry in found.Take(most))
                {
                    Write(xml, entry, include);
                }

                xml.WriteEndElement();
                xml.WriteElementString("NextMarker", found.Count > most ? found[most - 1].Path.Name : "");
                xml.WriteEndElement();
            }),
            cancellationToken);
    }

    private static void Write(XmlWriter xml, FileView entry, IReadOnlySet<string> include)
    {
        xml.WriteStartElement(entry.Entry.IsDirectory ? "Directory" : "File");
        xml.WriteElementString("Name", entry.Path.Name);
        xml.WriteElementString("FileId", FileHeaders.Number(entry.Entry.Inode));
        xml.WriteStartElement("Properties");
        if (!entry.Entry.IsDirectory)
        {
            xml.WriteElementString("Content-Length", entry.Entry.Length.ToString(CultureInfo.InvariantCulture));
        }

        if (include.Contains("timestamps"))
        {
            xml.WriteElementString("CreationTime", FileHeaders.Time(entry.Created));
            xml.WriteElementString("LastAccessTime", FileHeaders.Time(entry.LastWritten));
            xml.WriteElementString("LastWriteTime", FileHeaders.Time(entry.LastWritten));
            xml.WriteElementString("ChangeTime", FileHeaders.Time(Math.Max(entry.Entry.Changed, entry.Kept.Changed)));
            xml.WriteElementString("Last-Modified", HeaderRules.Time(entry.Modified));
        }

        xml.Element("Etag", include.Contains("etag") ? ConditionRules.Tag(entry.ETag) : null);
        xml.WriteEndElement();
        xml.Element("Attributes", include.Contains("attributes") ? FileHeaders.Attributes(entry) : null);
        xml.Element("PermissionKey", include.Contains("permissionkey") ? entry.Kept.PermissionKey ?? FileHeaders.UsualPermission : null);
        xml.WriteEndElement();
    }
}
