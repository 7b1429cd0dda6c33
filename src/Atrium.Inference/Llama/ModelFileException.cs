namespace Atrium.Inference.Llama;

/// <summary>A model file or its chat template cannot be used. The message says why, in words for the person who put the file there.</summary>
public sealed class ModelFileException(string file, string reason, Exception? inner = null) : Exception($"'{file}' cannot be used: {reason}", inner)
{
    /// <summary>The file's name, without its folder.</summary>
    public string File { get; } = file;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;
}
