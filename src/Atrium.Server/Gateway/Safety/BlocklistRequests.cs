using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Inference.Blocklists;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Reads what callers send about blocklists. Every mistake of a body is told at once.</summary>
internal static partial class BlocklistRequests
{
    private const int DefaultPage = 100;

    /// <summary>The list's name, from the path.</summary>
    public static string Name(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["blocklist"]!;
        return name.Length <= BlocklistLimits.NameCharacters && Names().IsMatch(name)
            ? name
            : throw ApiException.BadRequest(
                "InvalidResourceName", $"'{name}' is no name for a blocklist: it needs 1 to {BlocklistLimits.NameCharacters} letters, digits, dots, underscores, tildes or hyphens.", "blocklistName");
    }

    /// <summary>The merge patch of a list.</summary>
    public static JsonObject Change(string name, JsonElement body)
    {
        var problems = new List<Problem>();
        var change = new JsonObject();
        UnknownMembers.Refuse(body, "", ["blocklistName", "description"], problems);
        if (body.Text("blocklistName", problems) is { } inBody && !inBody.Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new("blocklistName", $"'blocklistName' is '{inBody}', and '{name}' in the path. Leave it out, or give the same."));
        }

        if (body.TryGetProperty("description", out _))
        {
            change["description"] = ReadDescription(body, "description", problems);
        }

        SafetyProblems.Refuse(problems);
        return change;
    }

    /// <summary>Items to add. <c>isRegex</c> is taken in every api-version, or a pattern would be looked for as a phrase.</summary>
    public static IReadOnlyList<BlocklistItem> Items(JsonElement body)
    {
        var problems = new List<Problem>();
        var items = new List<BlocklistItem>();
        var index = 0;
        UnknownMembers.Refuse(body, "", ["blocklistItems"], problems);
        foreach (var element in ReadList(body, "blocklistItems", "items", problems))
        {
            if (ReadItem(element, $"blocklistItems[{index++}]", problems) is { } item)
            {
                items.Add(item);
            }
        }

        SafetyProblems.Refuse(problems);
        return items;
    }

    /// <summary>Ids of items to remove.</summary>
    public static IReadOnlyList<string> ItemIds(JsonElement body)
    {
        var problems = new List<Problem>();
        var ids = new List<string>();
        UnknownMembers.Refuse(body, "", ["blocklistItemIds"], problems);
        foreach (var element in ReadList(body, "blocklistItemIds", "ids of items", problems))
        {
            if (element.ValueKind is JsonValueKind.String && Guid.TryParseExact(element.GetString(), "D", out var id))
            {
                ids.Add(id.ToString());
            }
            else
            {
                problems.Add(new($"blocklistItemIds[{ids.Count}]", $"'blocklistItemIds' holds {element.GetRawText()}, which is no id of an item. Ids are UUIDs, as the list of items gives them."));
                break;
            }
        }

        SafetyProblems.Refuse(problems);
        return ids;
    }

    /// <summary>The item's id, from the path; null for what can be none.</summary>
    public static string? ItemId(HttpContext context) => Guid.TryParseExact((string?)context.Request.RouteValues["blocklistItem"], "D", out var id) ? id.ToString() : null;

    /// <summary>Which part of a list of items is wanted: <c>top</c>, <c>skip</c>, <c>maxpagesize</c>, and where a nextLink goes on.</summary>
    public static BlocklistPage Page(HttpContext context)
    {
        var query = context.Request.Query;
        var token = query[BlocklistPage.TokenName].ToString();
        if (token.Length > 0 && !Guid.TryParseExact(token, "D", out _))
        {
            throw ApiException.BadRequest("InvalidQueryParameter", $"'{BlocklistPage.TokenName}' is not one that a 'nextLink' gave.", BlocklistPage.TokenName);
        }

        return new(
            Whole(query, "top", 0, int.MaxValue),
            Whole(query, "skip", 0, int.MaxValue) ?? 0,
            Math.Min(Whole(query, "maxpagesize", 1, int.MaxValue) ?? DefaultPage, BlocklistLimits.LargestPage),
            token.Length > 0 ? token : null);
    }

    private static int? Whole(IQueryCollection query, string name, int min, int max) => query[name].ToString() switch
    {
        "" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max => value,
        var text => throw ApiException.BadRequest("InvalidQueryParameter", $"'{name}' must be a whole number from {min}; found '{text}'.", name),
    };

    private static JsonElement.ArrayEnumerator ReadList(JsonElement body, string name, string what, List<Problem> problems)
    {
        if (body.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array && list.GetArrayLength() is > 0 and <= BlocklistLimits.ItemsInCall)
        {
            return list.EnumerateArray();
        }

        problems.Add(new(name, $"'{name}' is required: a list of 1 to {BlocklistLimits.ItemsInCall} {what}.", ProblemCodes.Required));
        return default;
    }

    private static BlocklistItem? ReadItem(JsonElement element, string place, List<Problem> problems)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new(place, $"'{place}' must be an object with 'text'."));
            return null;
        }

        var before = problems.Count;

        // The id is told by answers, and taken back with them.
        UnknownMembers.Refuse(element, $"{place}.", ["blocklistItemId", "text", "description", "isRegex"], problems);
        var text = element.Text("text", problems);
        var description = ReadDescription(element, $"{place}.description", problems);
        var isRegex = element.Flag("isRegex", problems) ?? false;
        if (problems.Count == before && Fault(text, isRegex) is { } fault)
        {
            problems.Add(new($"{place}.text", $"'{place}.text' {fault}"));
        }

        return problems.Count == before ? new(text!, description, isRegex) : null;
    }

    private static string? Fault(string? text, bool isRegex)
    {
        if (string.IsNullOrEmpty(text) || SafetyText.Length(text) > BlocklistLimits.ItemCharacters)
        {
            return $"must have 1 to {BlocklistLimits.ItemCharacters} characters.";
        }

        if (isRegex)
        {
            return BlockedPattern.IsTaken(text, out var problem) ? null : $"is not taken as a regular expression. {problem}";
        }

        return BlocklistMatcher.Identity(text).Length > 0 ? null : "has no visible character.";
    }

    private static string? ReadDescription(JsonElement body, string place, List<Problem> problems)
    {
        var description = body.Text("description", problems);
        if (description is not null && SafetyText.Length(description) > BlocklistLimits.DescriptionCharacters)
        {
            problems.Add(new(place, $"'{place}' must have at most {BlocklistLimits.DescriptionCharacters} characters."));
        }

        return description;
    }

    [GeneratedRegex(@"^[0-9A-Za-z._~-]+\z")]
    private static partial Regex Names();
}
