namespace Atrium.Contracts;

/// <summary>One mistake of an input: the field as the caller wrote it, and a sentence that says what is wrong and what would be right.</summary>
/// <param name="Target">Path of the field, such as <c>properties.storageAccount</c>; a header or query parameter goes by its name.</param>
/// <param name="Message">For people. Holds no secret.</param>
/// <param name="Code">For programs.</param>
public sealed record Problem(string Target, string Message, string Code = ProblemCodes.InvalidValue);

/// <summary>The codes of <see cref="Problem"/>.</summary>
public static class ProblemCodes
{
    /// <summary>The value is of the wrong type, form or range.</summary>
    public const string InvalidValue = nameof(InvalidValue);

    /// <summary>A required value is missing.</summary>
    public const string Required = nameof(Required);

    /// <summary>The value was set when the resource was made and cannot change.</summary>
    public const string Immutable = "PropertyChangeNotAllowed";

    /// <summary>PATCH does not take this property.</summary>
    public const string NotPatchable = "PropertyNotPatchable";

    /// <summary>The value comes from the hub and is set there.</summary>
    public const string Inherited = "PropertyInheritedFromHub";
}
