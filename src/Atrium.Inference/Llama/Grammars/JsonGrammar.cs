using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>
/// Makes of a JSON schema the grammar of the texts that match it (JSON Schema 2020-12, the part that structured outputs use). Whatever the grammar
/// accepts matches the schema; not everything that matches is accepted: properties come in the schema's order, and white space is at most one space.
/// A keyword that would be broken is refused by name.
/// </summary>
public sealed class JsonGrammar
{
    private const int MaxDepth = 64;

    /// <summary>llama.cpp refuses to repeat a rule more often.</summary>
    internal const int MostRepeats = 2000;

    /// <summary>What llama.cpp makes of the whole grammar: a rule for each repetition of each text and list. At this bound that is about 10 ms and a few MB an answer.</summary>
    private const int MostParts = 20_000;

    /// <summary>Each token of an answer is held against each value.</summary>
    private const int MostValues = 1000;

    /// <summary>What each type obeys beside <c>type</c>.</summary>
    private static readonly Dictionary<string, string[]> Keywords = new()
    {
        ["object"] = ["properties", "required", "additionalProperties"],
        ["array"] = ["items", "minItems", "maxItems"],
        ["string"] = ["minLength", "maxLength", "format", "pattern"],
        ["integer"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
        ["number"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
    };

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly GrammarRules _rules;
    private readonly JsonRules _json;
    private readonly ScalarRules _scalars;
    private readonly Dictionary<string, string> _references = [];
    private readonly JsonElement _whole;

    /// <summary>References that are being followed without anything written between: coming back to one of them would never end.</summary>
    private HashSet<string> _following = [];
    private int _parts;

    /// <param name="whole">The schema.</param>
    /// <param name="before">What has rules that this one shares; null for none.</param>
    private JsonGrammar(JsonElement whole, JsonGrammar? before = null)
    {
        (_whole, _rules, _parts) = (whole, before?._rules ?? new(), before?._parts ?? 0);
        _json = new(_rules);
        _scalars = new(_rules, _json, Spend);
    }

    /// <summary>A grammar of any JSON object.</summary>
    public static string AnyObject()
    {
        var grammar = new JsonGrammar(default);
        return grammar._rules.Write(grammar._json.Object());
    }

    /// <summary>The grammar of a schema.</summary>
    /// <exception cref="SchemaNotSupportedException">It is no schema, or asks for something that is not supported; the message names the place.</exception>
    public static string Of(JsonElement schema)
    {
        var grammar = new JsonGrammar(schema);
        return grammar._rules.Write(grammar.Value(schema, "#", 0));
    }

    /// <summary>
    /// The grammar of calls of tools: <paramref name="open"/>, then an object with the tool's name and its arguments, then <paramref name="close"/>, perhaps more
    /// calls after <paramref name="between"/>.
    /// </summary>
    /// <param name="tools">The tools that may be called.</param>
    /// <param name="open">Before the first call.</param>
    /// <param name="between">Between two calls; null where there is only one.</param>
    /// <param name="close">After the last call.</param>
    /// <param name="argumentsName">What the arguments are called in the object.</param>
    /// <exception cref="SchemaNotSupportedException">A tool's parameters are no schema that is supported.</exception>
    internal static string OfCalls(IReadOnlyList<ChatTool> tools, string open, string? between, string close, string argumentsName)
    {
        var rules = new List<string>();
        JsonGrammar? grammar = null;
        foreach (var tool in tools)
        {
            grammar = new(tool.Parameters, grammar);
            var arguments = tool.Parameters.ValueKind is JsonValueKind.Object && tool.Parameters.EnumerateObject().Any() ? grammar.Value(tool.Parameters, "#", 0) : grammar._json.Object();
            rules.Add($"{GrammarRules.Literal($"{{\"name\": {Spelled(tool.Name)}, \"{argumentsName}\": ")} {arguments} \"}}\"");
        }

        var call = grammar!._rules.Add(string.Join(" | ", rules));
        var more = between is null ? "" : $" ( {GrammarRules.Literal(between)} {call} )*";
        return grammar._rules.Write($"{(open.Length == 0 ? "" : GrammarRules.Literal(open) + " ")}{call}{more}{(close.Length == 0 ? "" : " " + GrammarRules.Literal(close))}");
    }

    private static string Spelled(string text) => JsonSerializer.Serialize(text, Plain);

    private string Value(JsonElement schema, string place, int depth)
    {
        Spend(1, place);
        if (depth > MaxDepth)
        {
            throw new SchemaNotSupportedException(place, $"it is nested more than {MaxDepth} deep.");
        }

        if (schema.ValueKind is JsonValueKind.True)
        {
            return _json.Any();
        }

        if (schema.ValueKind is not JsonValueKind.Object)
        {
            throw new SchemaNotSupportedException(place, "a schema must be an object.");
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            SchemaKeywords.Demand(schema, place, "$ref");
            return Reference(reference, place, depth);
        }

        if (schema.TryGetProperty("const", out var one))
        {
            SchemaKeywords.Demand(schema, place, "const", "type");
            return OneOf([one], schema, $"{place}/const");
        }

        if (schema.TryGetProperty("enum", out var some))
        {
            SchemaKeywords.Demand(schema, place, "enum", "type");
            return some.ValueKind is JsonValueKind.Array && some.GetArrayLength() is > 0 and <= MostValues
                ? OneOf(some.EnumerateArray(), schema, $"{place}/enum")
                : throw new SchemaNotSupportedException($"{place}/enum", $"it must be a list of 1 to {MostValues} values.");
        }

        foreach (var name in (string[])["anyOf", "oneOf", "allOf"])
        {
            if (schema.TryGetProperty(name, out var parts))
            {
                SchemaKeywords.Demand(schema, place, name, "type");
                return Choice(name, parts, SchemaKeywords.TypesOf(schema, place), $"{place}/{name}", depth);
            }
        }

        return Typed(schema, place, depth);
    }

    /// <summary>One of these values, of those that are of the schema's type.</summary>
    private string OneOf(IEnumerable<JsonElement> values, JsonElement schema, string place)
    {
        var types = SchemaKeywords.TypesOf(schema, place);
        string[] literals = [.. values.Where(value => types is null || types.Any(type => SchemaKeywords.IsOf(value, type))).Select(value => GrammarRules.Literal(JsonSerializer.Serialize(value, Plain)))];
        return literals.Length > 0
            ? _rules.Add(string.Join(" | ", literals))
            : throw new SchemaNotSupportedException(place, "nothing in it is of the type that 'type' demands.");
    }

    /// <summary>One of several; what matches one of them is accepted, also where another one matches too. A type that stands beside them holds for each.</summary>
    private string Choice(string name, JsonElement parts, string[]? types, string place, int depth)
    {
        if (parts.ValueKind is not JsonValueKind.Array || parts.GetArrayLength() == 0 || (name == "allOf" && parts.GetArrayLength() > 1))
        {
            throw new SchemaNotSupportedException(place, name == "allOf" ? "'allOf' of more than one schema is not supported; write it as one." : "it must be a list of schemas.");
        }

        var choices = new List<string>();
        foreach (var (index, part) in parts.EnumerateArray().Index())
        {
            if (SchemaKeywords.Narrowed(part, types, $"{place}/{index}") is { } narrowed)
            {
                choices.Add(Value(narrowed, $"{place}/{index}", depth + 1));
            }
        }

        return choices.Count > 0 ? _rules.Add(string.Join(" | ", choices)) : throw new SchemaNotSupportedException(place, "nothing in it is of the type that 'type' demands.");
    }

    private string Reference(JsonElement reference, string place, int depth)
    {
        var pointer = reference.ValueKind is JsonValueKind.String ? reference.GetString()! : "";
        if (_following.Contains(pointer))
        {
            throw new SchemaNotSupportedException($"{place}/$ref", $"'{pointer}' leads back to itself.");
        }

        if (_references.TryGetValue(pointer, out var known))
        {
            return known;
        }

        var target = Target(pointer, place);
        var name = _references[pointer] = _rules.Reserve();
        _following.Add(pointer);
        _rules.Set(name, Value(target, pointer, depth + 1));
        _following.Remove(pointer);
        return name;
    }

    private JsonElement Target(string pointer, string place)
    {
        var target = _whole;
        foreach (var step in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!pointer.StartsWith('#') || target.ValueKind is not JsonValueKind.Object || !target.TryGetProperty(step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out target))
            {
                throw new SchemaNotSupportedException($"{place}/$ref", $"'{pointer}' leads nowhere in this schema.");
            }
        }

        return target;
    }

    /// <summary>A schema of something inside what is being written: a reference to what is around it ends sometime.</summary>
    private string Inner(JsonElement schema, string place, int depth)
    {
        var outside = _following;
        _following = [];
        var name = Value(schema, place, depth);
        _following = outside;
        return name;
    }

    private string Typed(JsonElement schema, string place, int depth)
    {
        if (SchemaKeywords.TypesOf(schema, place) is not { } types)
        {
            var unsaid = schema.TryGetProperty("properties", out _) ? "object" : schema.TryGetProperty("items", out _) ? "array" : null;
            SchemaKeywords.Demand(schema, place, unsaid is null ? [] : Keywords[unsaid]);
            return unsaid is null ? _json.Any() : Typed(schema, unsaid, place, depth);
        }

        SchemaKeywords.Demand(schema, place, ["type", .. types.SelectMany(t => Keywords.GetValueOrDefault(t, []))]);
        return types is [var only] ? Typed(schema, only, place, depth) : _rules.Add(string.Join(" | ", types.Select(t => Typed(schema, t, place, depth))));
    }

    /// <summary>Counts what the grammar grows by.</summary>
    private void Spend(int parts, string place)
    {
        _parts += parts;
        if (_parts > MostParts)
        {
            throw new SchemaNotSupportedException(place, $"with it the schema is too large: its lengths and properties may add up to {MostParts}.");
        }
    }

    private string Typed(JsonElement schema, string type, string place, int depth) => type switch
    {
        "object" => Object(schema, place, depth),
        "array" => Array(schema, place, depth),
        "string" => _scalars.Text(schema, place),
        "integer" => _scalars.Integer(schema, place),
        "number" => _scalars.Number(schema, place),
        "boolean" => _rules.Once("boolean", () => "\"true\" | \"false\""),
        "null" => _rules.Once("null", () => "\"null\""),
        _ => throw new SchemaNotSupportedException($"{place}/type", $"'{type}' is no type. Known: object, array, string, integer, number, boolean, null."),
    };

    /// <summary>Properties in their order. After each comes the next one that is there; those that are not required can be left out.</summary>
    private string Object(JsonElement schema, string place, int depth)
    {
        var required = SchemaKeywords.Required(schema, place);
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind is not JsonValueKind.Object || !properties.EnumerateObject().Any())
        {
            return required.Count == 0 ? Free(schema, place, depth) : throw new SchemaNotSupportedException($"{place}/required", "it names properties that 'properties' does not have.");
        }

        var items = properties.EnumerateObject().ToArray();
        if (required.FirstOrDefault(name => !items.Any(i => i.NameEquals(name))) is { } unknown)
        {
            throw new SchemaNotSupportedException($"{place}/required", $"it names '{unknown}', which 'properties' does not have.");
        }

        var pairs = items.Select(item => _rules.Add($"{GrammarRules.Literal(Spelled(item.Name))} {_json.Colon()} {Inner(item.Value, $"{place}/properties/{item.Name}", depth + 1)}")).ToArray();
        var (first, next) = ("", "");
        for (var i = items.Length - 1; i >= 0; i--)
        {
            var isRequired = required.Contains(items[i].Name);
            var here = Sequence(pairs[i], next);
            first = isRequired ? here : _rules.Add(first.Length == 0 ? $"( {here} )?" : $"{here} | {first}");
            var after = _rules.Add(Sequence($"{_json.Comma()} {pairs[i]}", next));
            next = isRequired ? after : _rules.Add(next.Length == 0 ? $"( {after} )?" : $"{after} | {next}");
        }

        return _rules.Add($"\"{{\" {first} \"}}\"");
    }

    private string Free(JsonElement schema, string place, int depth)
    {
        if (!schema.TryGetProperty("additionalProperties", out var value) || value.ValueKind is JsonValueKind.True)
        {
            return _json.Object();
        }

        return value.ValueKind is JsonValueKind.False
            ? _rules.Add("\"{}\"")
            : _json.Map(Inner(value, $"{place}/additionalProperties", depth + 1));
    }

    private string Array(JsonElement schema, string place, int depth)
    {
        var item = schema.TryGetProperty("items", out var items) ? Inner(items, $"{place}/items", depth + 1) : _json.Any();
        var (least, most) = (SchemaKeywords.Count(schema, "minItems", place) ?? 0, SchemaKeywords.Count(schema, "maxItems", place));
        if (most == 0)
        {
            return _rules.Add("\"[]\"");
        }

        if (most < least)
        {
            throw new SchemaNotSupportedException($"{place}/maxItems", "it is less than 'minItems'.");
        }

        Spend(most ?? least, place);
        var more = string.Create(CultureInfo.InvariantCulture, $"( {_json.Comma()} {item} ){{{Math.Max(0, least - 1)},{(most is { } end ? end - 1 : null)}}}");
        return _rules.Add(least == 0 ? $"\"[\" ( {item} {more} )? \"]\"" : $"\"[\" {item} {more} \"]\"");
    }

    private static string Sequence(string first, string next) => next.Length == 0 ? first : $"{first} {next}";
}
