using System.Text.Json.Nodes;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>Where a transcription leaves its files besides the job's folder: a container, in which they lie under <c>{id}/</c> by their names.</summary>
/// <param name="Target">The container.</param>
/// <param name="Folder">What the names of the blobs begin with.</param>
internal sealed record TranscriptionDestination(ResultTarget Target, string Folder)
{
    /// <summary>In the request of a job.</summary>
    public const string Name = "destination";

    public static string FolderOf(string id) => $"{id}/";

    /// <summary>Writes the files; what an earlier try wrote is written over.</summary>
    /// <exception cref="ResultRefusedException">They are not taken there.</exception>
    /// <exception cref="HttpRequestException">They were not taken; another try may do better.</exception>
    public async Task DeliverAsync(IEnumerable<JsonObject> files, string folder, IResultContainers containers, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            await using var content = File.OpenRead(Path.Combine(folder, (string)file["path"]!));
            await containers.WriteAsync(Target, Folder + (string)file["name"]!, content, content.Length, "application/json", cancellationToken);
        }
    }
}
