using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Storage.Projects;

/// <summary>
/// The container that a request names for the results of its work: the project's own, where the project's identity writes; one of this server's storage that a shared
/// access signature in the URL opens; or one elsewhere, which the signature opens or not.
/// </summary>
internal interface IResultContainers
{
    /// <summary>Asks before the work begins whether its results may go there; of a container elsewhere only the work itself will know.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="path">Of one result, as it will be.</param>
    /// <param name="origin">Where the call comes from that opens a container of this server by a signature.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ResultRefusedException">They may not.</exception>
    ValueTask DemandAsync(ResultTarget target, string path, CallOrigin origin, CancellationToken cancellationToken);

    /// <summary>Writes a result whole, over what is there.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="path">Its name in the container.</param>
    /// <param name="content">Its bytes; may be read once.</param>
    /// <param name="length">How many.</param>
    /// <param name="contentType">Of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ResultRefusedException">It is not taken there, and will not be.</exception>
    /// <exception cref="HttpRequestException">It was not taken; another try may do better.</exception>
    Task WriteAsync(ResultTarget target, string path, Stream content, long length, string contentType, CancellationToken cancellationToken);
}

/// <summary>A container for results.</summary>
/// <param name="Url">As the request has it; it may hold a signature that opens the container.</param>
/// <param name="Owner">Key of the project whose work it is, or of the account.</param>
/// <param name="Workspace">Key of the hub or project whose network decides; null for none.</param>
/// <param name="Host">By what name the caller reached this server.</param>
internal sealed record ResultTarget(Uri Url, string Owner, string? Workspace, string? Host);

/// <summary>Why results do not go into a container, in words for the one who named it.</summary>
internal sealed class ResultRefusedException(string message) : Exception(message);
