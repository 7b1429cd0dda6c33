namespace Atrium.Inference.Llama.Grammars;

/// <summary>A JSON schema asks for something that no grammar is made for here, or is none.</summary>
public sealed class SchemaNotSupportedException(string place, string reason) : Exception($"{place}: {reason}")
{
    /// <summary>Where in the schema, as a JSON pointer: <c>#/properties/age</c>.</summary>
    public string Place { get; } = place;
}
