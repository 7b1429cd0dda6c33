namespace Atrium.Inference.Translation;

/// <summary>The translator failed, through no fault of the texts. The message has nothing of them.</summary>
public sealed class TranslationFailedException(string message) : Exception(message);
