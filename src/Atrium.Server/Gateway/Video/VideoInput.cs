using Atrium.Persistence;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Video;

/// <summary>Brings the video of a job into its folder: from a URL, or from a blob of the project.</summary>
internal sealed class VideoInput(UrlFetcher fetcher, IProjectBlobs blobs, IAtriumStore store)
{
    public static readonly EgressDoor Door = new("video-url", "The video that a call of Content Understanding names by its URL") { MaxRedirects = 5 };

    /// <summary>As published for files that are named by a URL.</summary>
    public const long MaxBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>A blob of the project, in the words of Azure Machine Learning.</summary>
    public const string BlobPrefix = "azureml://datastores/workspaceblobstore/paths/";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <exception cref="FetchRefusedException">It cannot be had.</exception>
    public async Task BringAsync(JobRun run, VideoFiles files, CancellationToken cancellationToken)
    {
        if (File.Exists(files.Input))
        {
            return;
        }

        var url = (string?)run.Job.Request["url"] ?? throw new FetchRefusedException("The video that was sent has gone.");
        var part = files.Input + ".part";
        await using (var target = File.Create(part))
        {
            await (url.StartsWith(BlobPrefix, StringComparison.OrdinalIgnoreCase)
                ? CopyAsync(run, Uri.UnescapeDataString(url[BlobPrefix.Length..]), target, cancellationToken)
                : fetcher.FetchToAsync(Door, url, run.Owner.IsProject ? run.Owner.Id.Key : run.Owner.Hub, target, MaxBytes, Patience, cancellationToken));
        }

        File.Move(part, files.Input, overwrite: true);
    }

    private async Task CopyAsync(JobRun run, string path, FileStream target, CancellationToken cancellationToken)
    {
        if (!run.Owner.IsProject || await ProjectScope.FindAsync(run.Owner.Id, new ResourceReader(store), cancellationToken) is not { } project)
        {
            throw new FetchRefusedException("Only a project has a workspaceblobstore. Call with a project's key.");
        }

        if (await blobs.OpenAsync(project, ProjectContainer.Data, path, cancellationToken) is not { } found)
        {
            throw new FetchRefusedException($"The project's workspaceblobstore has no '{path}'.");
        }

        await using var content = found.Content;
        if (found.Blob.Length > MaxBytes)
        {
            throw new FetchRefusedException($"'{path}' has more than {MaxBytes} bytes.");
        }

        await content.CopyToAsync(target, cancellationToken);
    }
}
