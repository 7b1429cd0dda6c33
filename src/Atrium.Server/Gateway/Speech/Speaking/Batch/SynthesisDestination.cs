using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Speech.Speaking.Batch;

/// <summary>
/// Where a synthesis leaves its result besides the job's folder: a container, in which its blobs lie under <c>{destinationPath}/{id}/</c> as one file or each by itself.
/// Its address may hold a signature that opens a store, so it is kept encrypted, bound to its job.
/// </summary>
/// <param name="Target">The container.</param>
/// <param name="Folder">What the names of the blobs begin with.</param>
/// <param name="IsUnpacked">Whether each file is a blob.</param>
internal sealed record SynthesisDestination(ResultTarget Target, string Folder, bool IsUnpacked)
{
    private const string Name = "destination";
    private const string MediaType = "application/zip";

    public string Result => IsUnpacked ? Folder : Folder + SynthesisFiles.Result;

    public string? Summary => IsUnpacked ? Folder + SynthesisFiles.Summary : null;

    public JsonObject Seal(ISecretCipher cipher, string job, JsonObject request)
    {
        request[Name] = Convert.ToBase64String(cipher.Encrypt(job, Name, JsonSerializer.Serialize(this)));
        return request;
    }

    /// <summary>Null for a job that leaves its result nowhere else.</summary>
    public static SynthesisDestination? Open(ISecretCipher cipher, string job, JsonObject request) =>
        (string?)request[Name] is { } sealedText ? JsonSerializer.Deserialize<SynthesisDestination>(cipher.Decrypt(job, Name, Convert.FromBase64String(sealedText))) : null;

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
