using System.Collections.Immutable;
using System.Text.Json;

namespace Atrium.Server.Registry.Images;

/// <summary>What a manifest says of itself and of other contents.</summary>
/// <param name="MediaType">Its own media type.</param>
/// <param name="ArtifactType">What it is an artifact of; the config's media type where it does not say. Null for none.</param>
/// <param name="Blobs">Contents that must be in the repository.</param>
/// <param name="Manifests">Manifests that must be in the repository (an index's).</param>
/// <param name="Subject">The manifest that this one is about; it need not be there.</param>
/// <param name="Annotations">As written; null for none.</param>
/// <param name="Config">The config of an image; null for none.</param>
internal sealed record Manifest(
    string MediaType, string? ArtifactType, ImmutableArray<Digest> Blobs, ImmutableArray<Digest> Manifests, Digest? Subject, JsonElement? Annotations, Digest? Config);

/// <summary>Reads manifests: OCI image manifests and indexes, and Docker's manifests and lists of version 2, schema 2. Pure.</summary>
internal static class ManifestReader
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static readonly string[] MediaTypes = [OciManifest, OciIndex, DockerManifest, DockerList];
    private const string EmptyConfig = "application/vnd.oci.empty.v1+json";

    /// <summary>Layers that are fetched from elsewhere and never pushed.</summary>
    private static readonly string[] ForeignLayers = ["application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "application/vnd.oci.image.layer.nondistributable.v1.tar"];

    /// <param name="content">The bytes as sent.</param>
    /// <param name="contentType">The request's; null for none.</param>
    /// <param name="wrong">What is wrong, when the result is null.</param>
    public static Manifest? Read(ReadOnlyMemory<byte> content, string? contentType, out string wrong)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return Read(document.RootElement, contentType, out wrong);
        }
        catch (JsonException broken)
        {
            wrong = $"The manifest is no JSON: line {broken.LineNumber + 1}.";
            return null;
        }
    }

    private static Manifest? Read(JsonElement root, string? contentType, out string wrong)
    {
        wrong = "";
        if (root.ValueKind is not JsonValueKind.Object)
        {
            wrong = "The manifest is no JSON object.";
            return null;
        }

        var said = Text(root, "mediaType");
        var mediaType = contentType ?? said ?? (root.TryGetProperty("manifests", out _) ? OciIndex : OciManifest);
        if (!MediaTypes.Contains(mediaType, StringComparer.Ordinal))
        {
            wrong = $"The media type '{mediaType}' is none of {string.Join(", ", MediaTypes)}.";
        }
        else if (said is not null && said != mediaType)
        {
            wrong = $"The manifest's mediaType '{said}' is not the content type '{mediaType}' it was sent with.";
        }
        else if (!root.TryGetProperty("schemaVersion", out var version) || version.ValueKind is not JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 2)
        {
            wrong = "The manifest's schemaVersion must be 2.";
        }

        if (wrong.Length > 0)
        {
            return null;
        }

        var problems = new List<string>();
        var isIndex = mediaType is OciIndex or DockerList;
        var blobs = new List<Digest>();
        var manifests = new List<Digest>();
        Digest? config = null;
        string? configType = null;
        if (isIndex)
        {
            manifests.AddRange(Descriptors(root, "manifests", problems).Select(d => d.Digest));
        }
        else
        {
            if (Descriptor(root, "config", isRequired: true, problems) is { } found)
            {
                (config, configType) = (found.Digest, found.MediaType);
                blobs.Add(config);
            }

            blobs.AddRange(Descriptors(root, "layers", problems).Where(d => !IsForeign(d)).Select(d => d.Digest));
        }

        var subject = Descriptor(root, "subject", isRequired: false, problems)?.Digest;
        wrong = string.Join(" ", problems);
        var artifactType = Text(root, "artifactType") ?? (configType is null or EmptyConfig ? null : configType);
        JsonElement? annotations = root.TryGetProperty("annotations", out var notes) && notes.ValueKind is JsonValueKind.Object ? notes.Clone() : null;
        return problems.Count > 0 ? null : new(mediaType, artifactType, [.. blobs.Distinct()], [.. manifests.Distinct()], subject, annotations, config);
    }

    private static bool IsForeign((Digest Digest, string? MediaType) layer) =>
        ForeignLayers.Any(kind => layer.MediaType?.StartsWith(kind, StringComparison.Ordinal) == true);

    private static List<(Digest Digest, string? MediaType)> Descriptors(JsonElement root, string name, List<string> problems)
    {
        var found = new List<(Digest, string?)>();
        if (!root.TryGetProperty(name, out var list) || list.ValueKind is not JsonValueKind.Array)
        {
            problems.Add($"'{name}' must be a list of descriptors.");
            return found;
        }

        foreach (var (i, item) in list.EnumerateArray().Index())
        {
            if (Read(item, $"{name}[{i}]", problems) is { } descriptor)
            {
                found.Add(descriptor);
            }
        }

        return found;
    }

    private static (Digest Digest, string? MediaType)? Descriptor(JsonElement root, string name, bool isRequired, List<string> problems)
    {
        if (root.TryGetProperty(name, out var item) && item.ValueKind is not JsonValueKind.Null)
        {
            return Read(item, name, problems);
        }

        if (isRequired)
        {
            problems.Add($"'{name}' is required: a descriptor.");
        }

        return null;
    }

    private static (Digest Digest, string? MediaType)? Read(JsonElement item, string place, List<string> problems)
    {
        if (item.ValueKind is JsonValueKind.Object && Digest.TryParse(Text(item, "digest"), out var digest))
        {
            return (digest, Text(item, "mediaType"));
        }

        problems.Add($"'{place}' must be a descriptor with a digest, sha256: or sha512: and lower-case hexadecimal.");
        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
