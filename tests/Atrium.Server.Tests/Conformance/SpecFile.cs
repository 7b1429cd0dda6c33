using System.Text.Json.Nodes;

namespace Atrium.Server.Tests.Conformance;

/// <summary>A published OpenAPI file, of version 2 or 3, with its references.</summary>
internal sealed class SpecFile
{
    private static readonly Dictionary<string, SpecFile> Loaded = [];
    private readonly string path;

    private SpecFile(string path)
    {
        this.path = path;
        Root = Read(path);
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

    private string Version => (string)Root["info"]!["version"]!;

    /// <summary>Every operation with each of its published examples that is there.</summary>
    public IEnumerable<ExampleCase> Examples() => Published()
        .Where(p => p.File is not null)
        .Select(p => new ExampleCase(this, p.Place.Template, p.Place.Method, p.Operation, p.Shared, p.Title, Read(p.File!)));

    /// <summary>The same, and where an example is named but not there, that of the same operation in another version of this spec, sent with this version.</summary>
    public IEnumerable<ExampleCase> ExamplesOfAnyVersion()
    {
        var others = Versions().ToList();
        foreach (var (place, operation, shared, title, reference, file) in Published())
        {
            if (file is not null)
            {
                yield return new(this, place.Template, place.Method, operation, shared, title, Read(file));
                continue;
            }

            var same = others.SelectMany(other => other.Published()).Where(p => p.File is not null && p.Place == place).ToList();
            var borrowed = same.Find(p => p.Reference == reference) ?? (operation["x-ms-examples"]!.AsObject().Count == 1 ? same.FirstOrDefault() : null);
            if (borrowed is not null)
            {
                var example = Read(borrowed.File!);
                example["parameters"]!["api-version"] = Version;
                yield return new(this, place.Template, place.Method, operation, shared, title, example);
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

    private IEnumerable<PublishedExample> Published() =>
        from place in Root["paths"]!.AsObject().Concat(Root["x-ms-paths"] as JsonObject ?? [])
        let methods = place.Value!.AsObject()
        from method in methods
        where method.Value is JsonObject node && node.ContainsKey("operationId")
        let operation = method.Value!.AsObject()
        from example in operation["x-ms-examples"] as JsonObject ?? []
        let reference = (string)example.Value!["$ref"]!
        let file = Path.Combine(Path.GetDirectoryName(path)!, reference)
        select new PublishedExample(
            (place.Key, method.Key.ToUpperInvariant()), operation, methods["parameters"] as JsonArray ?? [], example.Key, Path.GetFileName(reference), File.Exists(file) ? file : null);

    /// <summary>The other versions of this spec, the newest first.</summary>
    private IEnumerable<SpecFile> Versions()
    {
        var version = Path.GetDirectoryName(path)!;
        return Directory.GetDirectories(Path.GetDirectoryName(version)!)
            .Where(folder => folder != version)
            .OrderDescending(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, Path.GetFileName(path)))
            .Where(File.Exists)
            .Select(Load);
    }

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(file))!.AsObject();

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

    /// <summary>An example as an operation names it; its file is null where it is not there.</summary>
    private sealed record PublishedExample((string Template, string Method) Place, JsonObject Operation, JsonArray Shared, string Title, string Reference, string? File);
}
