using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Principals;

/// <summary><c>/providers/Atrium.Identity/groups/{name}</c>: principals that have roles together. Members are object ids, also those of outside principals.</summary>
internal sealed class GroupType : PrincipalType
{
    private const int MaxMembers = 10_000;

    public override string Name => Principal.GroupType;

    public override ObjectShape Body { get; } = BodyWith(new Property("members", Shape.List(Shape.Text(36), MaxMembers)));

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(edit, cancellationToken);
        var members = edit.Properties["members"] as JsonArray ?? [];
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i] is not JsonValue value || !Guid.TryParseExact(value.GetValue<string>(), "D", out _))
            {
                edit.Problems.Add(new($"properties.members[{i}]", $"'properties.members[{i}]' must be an object id (a GUID).", ProblemCodes.InvalidValue));
            }
        }
    }
}
