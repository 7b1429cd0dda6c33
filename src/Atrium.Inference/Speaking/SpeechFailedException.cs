namespace Atrium.Inference.Speaking;

/// <summary>A voice did not speak what it should.</summary>
public sealed class SpeechFailedException(string message, Exception? inner = null) : Exception(message, inner);
