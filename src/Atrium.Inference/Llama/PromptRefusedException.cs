namespace Atrium.Inference.Llama;

/// <summary>A model's chat template does not take such a conversation, for instance because its roles do not alternate. The caller can change that.</summary>
public sealed class PromptRefusedException(string reason) : Exception($"The model does not take this conversation: {reason}")
{
    /// <summary>The reason in the template's own words.</summary>
    public string Reason { get; } = reason;
}
