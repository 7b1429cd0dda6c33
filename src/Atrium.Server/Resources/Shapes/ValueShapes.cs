using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Resources.Shapes;

internal sealed record AnyShape : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems) => value.DeepClone();
}

internal sealed record TextShape(int Min, int Max) : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems)
    {
        if (value is not JsonValue text || !text.TryGetValue<string>(out var found))
        {
            return Wrong(problems, path, "a string", value);
        }

        if (found.Length < Min || found.Length > Max)
        {
            problems.Add(new(path, $"'{path}' must have {Min} to {Max} characters; it has {found.Length}."));
        }

        return found;
    }
}

internal sealed record UriShape : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems) =>
        value is JsonValue text && text.TryGetValue<string>(out var found) && System.Uri.TryCreate(found, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? (JsonNode)found
            : Wrong(problems, path, "an absolute http or https address", value);
}

internal sealed record FlagShape : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems) =>
        value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value.DeepClone() : Wrong(problems, path, "true or false", value);
}

internal sealed record NumberShape(long Min, long Max) : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems)
    {
        // By its text: a number that code put there may be an int, which is no long to TryGetValue.
        if (value.GetValueKind() is not JsonValueKind.Number || !long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var found))
        {
            return Wrong(problems, path, "a whole number", value);
        }

        if (found < Min || found > Max)
        {
            problems.Add(new(path, $"'{path}' must be between {Min} and {Max}; found {found}."));
        }

        return found;
    }
}

internal sealed record TimeShape : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems) =>
        value is JsonValue text && text.TryGetValue<string>(out var found)
            && DateTimeOffset.TryParse(found, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            ? (JsonNode)found
            : Wrong(problems, path, "a time such as 2026-01-31T12:00:00Z", value);
}

internal sealed record WordShape(ImmutableArray<string> Words) : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems)
    {
        var found = value is JsonValue text && text.TryGetValue<string>(out var word)
            ? Words.FirstOrDefault(w => w.Equals(word, StringComparison.OrdinalIgnoreCase))
            : null;
        return found ?? Wrong(problems, path, $"one of {string.Join(", ", Words)}", value);
    }
}

internal sealed record IdShape(ImmutableArray<string> Types) : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems)
    {
        var wanted = Types.IsEmpty ? "a resource id" : $"the resource id of a {string.Join(" or ", Types)}";
        if (value is not JsonValue text || !text.TryGetValue<string>(out var found) || !ResourceId.TryParse(found, out var id, out _))
        {
            return Wrong(problems, path, wanted, value);
        }

        return Types.IsEmpty || Types.Any(id.IsOfType) ? (JsonNode)found : Wrong(problems, path, wanted, value);
    }
}

internal sealed record ListShape(Shape Item, int Max) : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems)
    {
        if (value is not JsonArray source)
        {
            return Wrong(problems, path, "a list", value);
        }

        if (source.Count > Max)
        {
            problems.Add(new(path, $"'{path}' may have at most {Max} items; it has {source.Count}."));
            return null;
        }

        var result = new JsonArray();
        for (var i = 0; i < source.Count; i++)
        {
            var at = $"{path}[{i}]";
            result.Add(source[i] is { } item ? Item.Read(item, at, problems) : Wrong(problems, at, "a value", null));
        }

        return result;
    }
}

internal sealed record MapShape(Shape Value, int Max) : Shape
{
    public override JsonNode? Read(JsonNode value, string path, ICollection<Problem> problems)
    {
        if (value is not JsonObject source)
        {
            return Wrong(problems, path, "an object", value);
        }

        if (source.Count > Max)
        {
            problems.Add(new(path, $"'{path}' may have at most {Max} entries; it has {source.Count}."));
            return null;
        }

        var result = new JsonObject();
        foreach (var (name, item) in source)
        {
            result[name] = item is null ? null : Value.Read(item, ObjectShape.At(path, name), problems);
        }

        return result;
    }
}
