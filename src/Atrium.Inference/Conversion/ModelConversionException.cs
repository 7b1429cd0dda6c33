namespace Atrium.Inference.Conversion;

/// <summary>A model uses something that the converter does not know. The message names it.</summary>
public sealed class ModelConversionException(string message) : Exception(message);
