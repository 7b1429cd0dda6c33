using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Roles.Conditions;

/// <summary>What a condition is asked about.</summary>
/// <param name="Action">The action or data action.</param>
/// <param name="Attributes">What is known of the call.</param>
/// <param name="Now">For <c>@Environment[UtcNow]</c>.</param>
internal sealed record ConditionContext(string Action, AccessAttributes Attributes, DateTimeOffset Now);
