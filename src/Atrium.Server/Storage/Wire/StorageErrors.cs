using System.Collections.Frozen;
using System.Text;
using Atrium.Server.Hosting;
using Atrium.Storage;

namespace Atrium.Server.Storage.Wire;

/// <summary>Errors of the storage services: XML with a code and a message, and the statuses that their codes have.</summary>
internal sealed class StorageErrors : IErrorDialect
{
    private static readonly FrozenDictionary<string, int> Statuses = new Dictionary<string, int>
    {
        ["ContainerNotFound"] = 404, ["BlobNotFound"] = 404,
        ["ContainerAlreadyExists"] = 409, ["BlobAlreadyExists"] = 409, ["InvalidBlobType"] = 409, ["SnapshotsPresent"] = 409, ["BlobIsSealed"] = 409,
        ["LeaseAlreadyPresent"] = 409, ["LeaseIdMismatchWithLeaseOperation"] = 409, ["LeaseNotPresentWithLeaseOperation"] = 409,
        ["LeaseIsBreakingAndCannotBeChanged"] = 409, ["LeaseIsBrokenAndCannotBeRenewed"] = 409, ["BlockCountExceedsLimit"] = 409,
        ["ShareNotFound"] = 404, ["ResourceNotFound"] = 404, ["ParentNotFound"] = 404, ["InvalidRange"] = 416,
        ["ShareAlreadyExists"] = 409, ["ResourceAlreadyExists"] = 409, ["ResourceTypeMismatch"] = 409, ["DirectoryNotEmpty"] = 409,
        ["LeaseIdMismatchWithFileOperation"] = 412, ["LeaseIdMismatchWithShareOperation"] = 412, ["LeaseNotPresentWithFileOperation"] = 412, ["LeaseNotPresentWithShareOperation"] = 412,
        ["LeaseIdMissing"] = 412, ["LeaseLost"] = 412, ["LeaseIdMismatchWithBlobOperation"] = 412, ["LeaseIdMismatchWithContainerOperation"] = 412,
        ["LeaseNotPresentWithBlobOperation"] = 412, ["LeaseNotPresentWithContainerOperation"] = 412,
        ["ConditionNotMet"] = 412, ["AppendPositionConditionNotMet"] = 412, ["MaxBlobSizeConditionNotMet"] = 412,
    }.ToFrozenDictionary();

    public string ContentType => "application/xml";

    public static ApiException Of(StorageException refused) => ApiException.Published(Statuses.GetValueOrDefault(refused.Code, StatusCodes.Status400BadRequest), refused.Code, refused.Message);

    public bool Speaks(PathString path) => StorageServices.IsOne(path);

    public byte[] Write(ApiException error)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>").Append(StorageXml.Escape(error.Code)).Append("</Code><Message>").Append(StorageXml.Escape(error.Message)).Append("</Message>");
        if (error.Target is { } target)
        {
            xml.Append("<HeaderName>").Append(StorageXml.Escape(target)).Append("</HeaderName>");
        }

        return Encoding.UTF8.GetBytes(xml.Append("</Error>").ToString());
    }
}
