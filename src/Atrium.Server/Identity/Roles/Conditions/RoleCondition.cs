namespace Atrium.Server.Identity.Roles.Conditions;

/// <summary>
/// A condition on a role assignment, compiled (Azure role assignment condition format, version 2.0): <c>ActionMatches</c>, <c>SubOperationMatches</c>, <c>Exists</c>
/// and comparisons of attributes, joined by AND, OR, NOT and brackets. What is asked about an attribute that the call has not is false: the assignment gives nothing then.
/// </summary>
internal sealed class RoleCondition
{
    public const string Version = "2.0";
    private readonly ConditionNode root;

    private RoleCondition(ConditionNode root) => this.root = root;

    /// <exception cref="ConditionException">It cannot be read; the message says where and why.</exception>
    public static RoleCondition Parse(string text) => new(new ConditionParser(text).Parse());

    public bool Holds(ConditionContext context) => root.Holds(context);

    /// <summary>Whether it holds, or cannot be answered because the call has not what it asks about: what denies counts that as yes.</summary>
    public bool MayHold(ConditionContext context) => root.Answer(context) != false;
}

/// <summary>A condition that cannot be read, in words for the one who wrote it.</summary>
internal sealed class ConditionException(string message) : Exception(message);
