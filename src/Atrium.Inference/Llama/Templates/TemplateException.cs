namespace Atrium.Inference.Llama.Templates;

/// <summary>A template that we do not read, or that fails on a conversation. The message names the construct.</summary>
internal class TemplateException(string message) : Exception(message);

/// <summary>The template itself refused the conversation by raise_exception.</summary>
internal sealed class TemplateRefusedException(string message) : TemplateException(message);
