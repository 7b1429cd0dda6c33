using Atrium.Server.Hubs;

namespace Atrium.Server.Storage.Projects;

/// <summary>Which of a project's containers.</summary>
internal enum ProjectContainer
{
    /// <summary>What its people put in: <c>{workspace id}-blobstore</c>.</summary>
    Data,

    /// <summary>What its work leaves: <c>{workspace id}-azureml</c>.</summary>
    Artifacts,
}

/// <summary>A blob of a project.</summary>
/// <param name="Path">Its name in the container.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="ContentType">As it was written.</param>
/// <param name="Modified">When it was written.</param>
internal sealed record ProjectBlob(string Path, long Length, string? ContentType, DateTimeOffset Modified);

/// <summary>
/// The blobs of projects, for the other features: inputs and results of work. Every call takes the project's scope, so there is none that reads another's.
/// Streams of any size go through in little memory; a blob that was being written when the server died is as it was before.
/// </summary>
internal interface IProjectBlobs
{
    /// <summary>A blob and its content, which the caller disposes; null where there is none.</summary>
    Task<(ProjectBlob Blob, Stream Content)?> OpenAsync(ProjectScope project, ProjectContainer container, string path, CancellationToken cancellationToken);

    /// <summary>Writes a blob whole, over what is there. Durable when it returns.</summary>
    Task<ProjectBlob> WriteAsync(ProjectScope project, ProjectContainer container, string path, Stream content, string contentType, CancellationToken cancellationToken);

    /// <summary>A page of the blobs whose path begins so and comes behind <paramref name="after"/>, in the order of their paths.</summary>
    Task<IReadOnlyList<ProjectBlob>> ListAsync(ProjectScope project, ProjectContainer container, string prefix, string? after, int take, CancellationToken cancellationToken);

    /// <summary>Deletes a blob; false where there is none.</summary>
    Task<bool> DeleteAsync(ProjectScope project, ProjectContainer container, string path, CancellationToken cancellationToken);

    /// <summary>Where clients reach it, if they may.</summary>
    Task<Uri> AddressAsync(ProjectScope project, ProjectContainer container, string path, CancellationToken cancellationToken);
}
