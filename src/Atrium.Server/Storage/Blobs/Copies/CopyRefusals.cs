using Atrium.Server.Hosting;

namespace Atrium.Server.Storage.Blobs.Copies;

/// <summary>Why a source is not copied.</summary>
internal static class CopyRefusals
{
    private const string Code = "CannotVerifyCopySource";

    /// <summary>The same words for a source that is not there, to whoever may not read it.</summary>
    public static ApiException NotAllowed() => ApiException.Published(StatusCodes.Status403Forbidden, Code, "This request is not authorized to read the copy source.");

    public static ApiException Missing() => ApiException.Published(StatusCodes.Status404NotFound, Code, "The specified blob does not exist.");

    public static ApiException Unreadable(string why) => ApiException.Published(StatusCodes.Status400BadRequest, Code, $"Could not verify the copy source within the specified time. {why}");

    public static ApiException ConditionNotMet() => ApiException.Published(StatusCodes.Status412PreconditionFailed, "SourceConditionNotMet", "The source condition specified using HTTP conditional header(s) is not met.");
}
