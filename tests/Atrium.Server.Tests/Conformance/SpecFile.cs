using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Conformance;

/// <summary>A published OpenAPI 2 file with its references.</summary>
internal sealed class SpecFile
{
    private static readonly Dictionary<string, SpecFile> Loaded = [];
    private readonly string path;

    private SpecFile(string path)
    {
        this.path = path;
        Root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
    }

    public JsonObject Root { get; }

    /// <summary>The folder of published specs beside the checkout; null where it is absent.</summary>
    public static string? Folder { get; } = FindFolder();

    public static SpecFile Load(string path)
    {
        lock (Loaded)
        {
            path = Path.GetFullPath(path);
            return Loaded.TryGetValue(path, out var known) ? known : Loaded[path] = new(path);
        }
    }

    /// <summary>Every operation with each of its published examples that is there.</summary>
    public IEnumerable<ExampleCase> Examples()
    {
        foreach (var (template, methods) in Root["paths"]!.AsObject())
        {
            foreach (var (method, node) in methods!.AsObject().Where(m => m.Value is JsonObject o && o.ContainsKey("operationId")))
            {
                var operation = node!.AsObject();
                foreach (var (title, reference) in operation["x-ms-examples"] as JsonObject ?? [])
                {
                    var file = Path.Combine(Path.GetDirectoryName(path)!, (string)reference!["$ref"]!);
                    if (File.Exists(file))
                    {
                        var shared = methods["parameters"] as JsonArray ?? [];
                        yield return new(this, template, method.ToUpperInvariant(), operation, shared, title, JsonNode.Parse(File.ReadAllText(file))!.AsObject());
                    }
                }
            }
        }
    }

    /// <summary>Follows <c>$ref</c>, also into common-types.</summary>
    public (SpecFile File, JsonObject Node) Resolve(JsonObject node)
    {
        var (file, found) = (this, node);
        while ((string?)found["$ref"] is { } reference)
        {
            var hash = reference.IndexOf('#', StringComparison.Ordinal);
            if (hash > 0)
            {
                file = Load(file.Locate(reference[..hash]));
            }

            JsonNode? at = file.Root;
            foreach (var part in reference[(hash + 2)..].Split('/'))
            {
                at = at?[part.Replace("~1", "/", StringComparison.Ordinal)];
            }

            found = at as JsonObject ?? throw new InvalidDataException($"'{reference}' leads nowhere in '{file.path}'.");
        }

        return (file, found);
    }

    private string Locate(string reference)
    {
        const string CommonTypes = "common-types/resource-management/";
        var common = reference.IndexOf(CommonTypes, StringComparison.Ordinal);
        return common >= 0
            ? Path.Combine(Folder!, "common-types", reference[(common + CommonTypes.Length)..])
            : Path.Combine(Path.GetDirectoryName(path)!, reference);
    }

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "conformance");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
