using System.IO.Compression;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Speech.Speaking.Batch;

/// <summary>
/// Where a synthesis leaves its result besides the job's folder: a container, in which its blobs lie under <c>{destinationPath}/{id}/</c> as one file or each by itself.
/// It is sealed in the job's request.
/// </summary>
/// <param name="Target">The container.</param>
/// <param name="Folder">What the names of the blobs begin with.</param>
/// <param name="IsUnpacked">Whether each file is a blob.</param>
internal sealed record SynthesisDestination(ResultTarget Target, string Folder, bool IsUnpacked)
{
    /// <summary>In the request of a job.</summary>
    public const string Name = "destination";

    private const string MediaType = "application/zip";

    public string Result => IsUnpacked ? Folder : Folder + SynthesisFiles.Result;

    public string? Summary => IsUnpacked ? Folder + SynthesisFiles.Summary : null;

    /// <summary>Writes what the packed result holds; what an earlier try wrote is written over.</summary>
    /// <exception cref="ResultRefusedException">It is not taken there.</exception>
    public async Task DeliverAsync(string packed, string audioType, IResultContainers containers, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(packed);
        if (!IsUnpacked)
        {
            await containers.WriteAsync(Target, Result, file, file.Length, MediaType, cancellationToken);
            return;
        }

        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
        {
            await using var content = entry.Open();
            await containers.WriteAsync(Target, Folder + entry.FullName, content, entry.Length, entry.FullName.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : audioType, cancellationToken);
        }
    }
}
