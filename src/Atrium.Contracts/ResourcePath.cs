using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Atrium.Contracts;

/// <summary>
/// The path of a request to the resource API: a resource, and behind it perhaps one more segment, which is a collection
/// (<c>.../workspaces</c>, <c>.../workspaces/w/connections</c>) or an action (<c>.../workspaces/w/listKeys</c>).
/// </summary>
/// <param name="Id">The resource, or the scope that a collection is listed in.</param>
/// <param name="Tail">The last segment; null where the path ends with a name. A provider's collection has its namespace: <c>Microsoft.X/workspaces</c>.</param>
public sealed record ResourcePath(ResourceId Id, string? Tail)
{
    private const StringComparison NoCase = StringComparison.OrdinalIgnoreCase;
    private static readonly SearchValues<char> Reserved = SearchValues.Create("?#%\\<>");

    /// <summary>Reads a path whose segments are already decoded.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ResourcePath? path, out string error)
    {
        path = null;
        if (string.IsNullOrEmpty(text) || text[0] != '/')
        {
            error = "A resource id begins with a slash.";
            return false;
        }

        if (text.Length > ResourceId.MaxLength)
        {
            error = $"A resource id has at most {ResourceId.MaxLength} characters.";
            return false;
        }

        var segments = text == "/" ? [] : text[1..].Split('/');
        if (Array.Exists(segments, static segment => !IsPlain(segment)))
        {
            error = "A segment of the id is empty, or has a control character or one of ? # % \\ < >.";
            return false;
        }

        path = Read(segments, out error);
        return path is not null;
    }

    private static ResourcePath? Read(string[] segments, out string error)
    {
        error = "";
        var id = ResourceId.Tenant;
        for (var i = 0; i < segments.Length;)
        {
            var rest = segments.Length - i;
            if (segments[i].Equals("providers", NoCase))
            {
                if (rest == 1)
                {
                    return new(id, segments[i]);
                }

                if (rest == 2)
                {
                    error = $"A resource type should follow '{segments[i + 1]}'.";
                    return null;
                }

                var type = $"{segments[i + 1]}/{segments[i + 2]}";
                if (rest == 3)
                {
                    return new(id, type);
                }

                id = id.Resource(type, segments[i + 3]);
                i += 4;
                continue;
            }

            if (rest == 1)
            {
                return new(id, segments[i]);
            }

            if (id.Parent is null)
            {
                if (!segments[i].Equals("subscriptions", NoCase))
                {
                    error = $"An id begins with /subscriptions or /providers, not with /{segments[i]}.";
                    return null;
                }

                id = ResourceId.OfSubscription(segments[i + 1]);
            }
            else if (id.Type == ResourceId.SubscriptionType && segments[i].Equals("resourceGroups", NoCase))
            {
                id = id.Group(segments[i + 1]);
            }
            else if (id.Type is ResourceId.SubscriptionType or ResourceId.ResourceGroupType)
            {
                error = $"'{segments[i]}' is not found under a {(id.Type == ResourceId.SubscriptionType ? "subscription" : "resource group")}; 'providers' may be missing.";
                return null;
            }
            else
            {
                id = id.Child(segments[i], segments[i + 1]);
            }

            i += 2;
        }

        return new(id, null);
    }

    private static bool IsPlain(string segment) =>
        segment.Length > 0 && segment is not ("." or "..") && !segment.AsSpan().ContainsAny(Reserved) && !segment.Any(char.IsControl);
}
