using Atrium.Inference.Llama;

namespace Atrium.Server.Models;

/// <summary>A chat model of the models folder: a GGUF file, alone or with one of the LoRA adapters of its architecture. Pure.</summary>
/// <param name="File">The model's file.</param>
/// <param name="Adapter">The adapter's file; null for the model as it is.</param>
internal sealed record OwnModel(GgufEntry File, GgufEntry? Adapter)
{
    private const char With = '+';

    /// <summary>By which deployments name it: the file's name, and with an adapter <c>file+adapter</c>.</summary>
    public string Name => Adapter is null ? File.Name : $"{File.Name}{With}{Adapter.Name}";

    public string Description => Adapter is null
        ? $"{File.Title ?? File.Name}, a GGUF file of the models folder."
        : $"{File.Title ?? File.Name} with the LoRA adapter {Adapter.Title ?? Adapter.Name}, GGUF files of the models folder.";

    /// <summary>All that the files make, the plain models first.</summary>
    public static IReadOnlyList<OwnModel> Of(IReadOnlyList<GgufEntry> files)
    {
        var models = files.Where(file => !file.IsAdapter).ToList();
        return [.. models.Select(file => new OwnModel(file, null)), .. models.SelectMany(file => AdaptersOf(file, files).Select(adapter => new OwnModel(file, adapter)))];
    }

    /// <summary>The adapters that may fit a model.</summary>
    public static IEnumerable<GgufEntry> AdaptersOf(GgufEntry file, IReadOnlyList<GgufEntry> files) => files.Where(other => other.IsAdapter && other.Architecture == file.Architecture);
}
