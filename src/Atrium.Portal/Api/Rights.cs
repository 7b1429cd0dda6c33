using System.Text.Json.Nodes;

namespace Atrium.Portal.Api;

/// <summary>
/// What somebody may do at a place, as the API's permissions list says it. The pages ask it what to offer; the API itself decides when it is tried. Pure.
/// </summary>
public sealed class Rights
{
    private readonly Permission[] permissions;

    private Rights(Permission[] permissions) => this.permissions = permissions;

    /// <summary>None.</summary>
    public static Rights None { get; } = new([]);

    /// <summary>Reads permissions as lists of permissions and role definitions have them.</summary>
    public static Rights Read(IEnumerable<JsonObject> permissions) => new([.. permissions.Select(p => new Permission(
        Texts(p, "actions"), Texts(p, "notActions"), Texts(p, "dataActions"), Texts(p, "notDataActions")))]);

    /// <summary>Whether an action such as <c>Microsoft.X/type/write</c> is allowed.</summary>
    public bool Can(string action) => permissions.Any(p => p.Actions.Any(a => Fits(a, action)) && !p.NotActions.Any(a => Fits(a, action)));

    /// <summary>The same for a data action.</summary>
    public bool CanData(string action) => permissions.Any(p => p.DataActions.Any(a => Fits(a, action)) && !p.NotDataActions.Any(a => Fits(a, action)));

    /// <summary>Whether a pattern with <c>*</c> covers an action, without case.</summary>
    internal static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> action)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
        {
            return pattern.Equals(action, StringComparison.OrdinalIgnoreCase);
        }

        if (action.Length < star || !action[..star].Equals(pattern[..star], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = pattern[(star + 1)..];
        for (var at = star; at <= action.Length; at++)
        {
            if (Fits(rest, action[at..]))
            {
                return true;
            }
        }

        return false;
    }

    private static string[] Texts(JsonObject permission, string name) => [.. (permission[name] as JsonArray ?? []).Select(t => (string)t!)];

    private sealed record Permission(string[] Actions, string[] NotActions, string[] DataActions, string[] NotDataActions);
}
