using System.Text.Json;
using Atrium.Contracts;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>What a request has that its API does not know: it is told, not left out. Pure.</summary>
internal static class UnknownMembers
{
    private const int LongestName = 64;
    private const string Remedy = "Leave it out.";

    /// <summary>A problem for each member of the body that is none of the known ones.</summary>
    public static void Refuse(JsonElement body, string[] known, List<Problem> problems)
    {
        foreach (var member in body.EnumerateObject())
        {
            Refuse(member.Name, known, problems);
        }
    }

    /// <summary>The same for an object inside a body, with what would be right.</summary>
    /// <param name="item">The object.</param>
    /// <param name="place">Before the names of its members, such as <c>parameters.</c>.</param>
    /// <param name="known">Them.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void Refuse(JsonElement item, string place, string[] known, List<Problem> problems) =>
        problems.AddRange(item.EnumerateObject().Where(member => !known.Contains(member.Name)).Select(member => Tell(place + member.Name, $"Known: {string.Join(", ", known)}.")));

    /// <summary>A problem for each parameter of the query that is none of the known ones. Those that begin with an underscore only tell published overloads of a path apart (<c>_overload</c>).</summary>
    public static void Refuse(IQueryCollection query, string[] known, List<Problem> problems) =>
        problems.AddRange(query.Keys.Where(name => !name.StartsWith('_') && !known.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(name => Tell(name, $"Known in the query: {string.Join(", ", known)}.")));

    /// <summary>A problem for each field of the form that is none of the known ones. Clients write lists as <c>include[]</c> and objects as <c>chunking_strategy[type]</c>; both are known by what is before the bracket.</summary>
    public static void Refuse(UploadForm form, string[] known, List<Problem> problems)
    {
        foreach (var field in form.Values)
        {
            Refuse(field.Key.Split('[')[0], known, problems);
        }
    }

    /// <summary>That a member is known to nobody.</summary>
    /// <param name="name">Its name; a long one is cut.</param>
    /// <param name="remedy">What would be right, as a sentence.</param>
    public static Problem Tell(string name, string remedy = Remedy)
    {
        var said = name.Length > LongestName ? name[..LongestName] + "..." : name;
        return new(said, $"Unrecognized request argument supplied: '{said}'. {remedy}");
    }

    private static void Refuse(string name, string[] known, List<Problem> problems)
    {
        if (!known.Contains(name))
        {
            problems.Add(Tell(name));
        }
    }
}
