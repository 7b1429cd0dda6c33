namespace Atrium.Inference.Llama.Templates;

/// <summary>What a name or key stands for that nobody set: false, empty as text, and an error for most else.</summary>
internal sealed record Undefined(string Name);
