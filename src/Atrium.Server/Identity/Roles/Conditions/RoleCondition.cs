namespace Atrium.Server.Identity.Roles.Conditions;

/// <summary>
/// A condition on a role assignment, compiled (Azure role assignment condition format, version 2.0): <c>ActionMatches</c>, <c>SubOperationMatches</c>, <c>Exists</c>
/// and comparisons of attributes, joined by AND, OR, NOT and brackets. What is asked about an attribute that the call has not is false: the assignment gives nothing then.
/// </summary>
internal sealed class RoleCondition
{
    public const string Version = "2.0";
    private readonly ConditionNode root;

    private RoleCondition(string text, ConditionParser parser) => (Text, root, Attributes, SubOperations) = (text, parser.Parse(), parser.Attributes, parser.SubOperations);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>All attributes that it asks about.</summary>
    public IReadOnlyList<ConditionAttribute> Attributes { get; }

    /// <summary>All sub-operations that it names.</summary>
    public IReadOnlyList<string> SubOperations { get; }

    /// <exception cref="ConditionException">It cannot be read; the message says where and why.</exception>
    public static RoleCondition Parse(string text) => new(text, new ConditionParser(text));

    public bool Holds(ConditionContext context) => root.Holds(context);

    /// <summary>Whether it holds, or cannot be answered because the call has not what it asks about: what denies counts that as yes.</summary>
    public bool MayHold(ConditionContext context) => root.Answer(context) != false;

    /// <summary>Whether it holds whatever else the call had.</summary>
    public bool SurelyHolds(ConditionContext context) => root.Answer(context) == true;
}

/// <summary>A condition that cannot be read, in words for the one who wrote it.</summary>
internal sealed class ConditionException(string message) : Exception(message);
