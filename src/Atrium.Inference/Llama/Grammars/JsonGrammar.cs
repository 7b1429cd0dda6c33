using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

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

    /// <summary>Keywords that say nothing about what matches, or are obeyed in any case.</summary>
    private static readonly HashSet<string> Silent =
    [
        "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$schema", "$id", "$comment", "$defs", "definitions", "strict",
        "contentMediaType", "contentEncoding", "nullable",
    ];

    /// <summary>What each type obeys beside <c>type</c>.</summary>
    private static readonly Dictionary<string, string[]> Keywords = new()
    {
        ["object"] = ["properties", "required", "additionalProperties"],
        ["array"] = ["items", "minItems", "maxItems"],
        ["string"] = ["minLength", "maxLength", "format", "pattern"],
        ["integer"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
        ["number"] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
    };

    private static readonly Dictionary<string, string> Formats = new()
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = $"{Date} \"T\" {Time}",
        ["uuid"] = "hex{8} \"-\" hex{4} \"-\" hex{4} \"-\" hex{4} \"-\" hex{12}",
        ["ipv4"] = "byte \".\" byte \".\" byte \".\" byte",
        ["ipv6"] = "hex{1,4} ( \":\" hex{1,4} ){7}",
        ["hostname"] = "label ( \".\" label ){0,4}",
        ["email"] = "[a-zA-Z0-9_]{1,32} ( [.+-] [a-zA-Z0-9_]{1,16} ){0,2} \"@\" label ( \".\" label ){1,3}",
        ["duration"] = "\"P\" ( [0-9]{1,4} \"W\" | [0-9]{1,4} \"D\" ( \"T\" [0-9]{1,4} [HMS] )? | \"T\" [0-9]{1,4} [HMS] )",
    };

    private const string Date = "[12] [0-9]{3} \"-\" ( \"0\" [1-9] | \"1\" [0-2] ) \"-\" ( \"0\" [1-9] | \"1\" [0-9] | \"2\" [0-8] )";
    private const string Time = "( [01] [0-9] | \"2\" [0-3] ) \":\" [0-5] [0-9] \":\" [0-5] [0-9] ( \".\" [0-9]{1,6} )? ( \"Z\" | [+-] ( [01] [0-9] | \"2\" [0-3] ) \":\" [0-5] [0-9] )";
    private const string Size = "( \"0\" | [1-9] [0-9]{0,15} ) ( \".\" [0-9]{1,15} )? ( [eE] [+-]? [0-9]{1,2} )?";
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly GrammarRules _rules = new();
    private readonly Dictionary<string, string> _references = [];
    private readonly JsonElement _whole;

    /// <summary>References that are being followed without anything written between: coming back to one of them would never end.</summary>
    private HashSet<string> _following = [];
    private int _parts;

    private JsonGrammar(JsonElement whole) => _whole = whole;

    /// <summary>A grammar of any JSON object.</summary>
    public static string AnyObject()
    {
        var grammar = new JsonGrammar(default);
        return grammar._rules.Write(grammar.Object());
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
            var arguments = tool.Parameters.ValueKind is JsonValueKind.Object && tool.Parameters.EnumerateObject().Any() ? grammar.Value(tool.Parameters, "#", 0) : grammar.Object();
            rules.Add($"{GrammarRules.Literal($"{{\"name\": {Spelled(tool.Name)}, \"{argumentsName}\": ")} {arguments} \"}}\"");
        }

        var call = grammar!._rules.Add(string.Join(" | ", rules));
        var more = between is null ? "" : $" ( {GrammarRules.Literal(between)} {call} )*";
        return grammar._rules.Write($"{(open.Length == 0 ? "" : GrammarRules.Literal(open) + " ")}{call}{more}{(close.Length == 0 ? "" : " " + GrammarRules.Literal(close))}");
    }

    private JsonGrammar(JsonElement whole, JsonGrammar? before)
        : this(whole) => (_rules, _parts) = (before?._rules ?? _rules, before?._parts ?? 0);

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
            return Any();
        }

        if (schema.ValueKind is not JsonValueKind.Object)
        {
            throw new SchemaNotSupportedException(place, "a schema must be an object.");
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            Demand(schema, place, "$ref");
            return Reference(reference, place, depth);
        }

        if (schema.TryGetProperty("const", out var one))
        {
            Demand(schema, place, "const", "type");
            return OneOf([one], schema, $"{place}/const");
        }

        if (schema.TryGetProperty("enum", out var some))
        {
            Demand(schema, place, "enum", "type");
            return some.ValueKind is JsonValueKind.Array && some.GetArrayLength() is > 0 and <= MostValues
                ? OneOf(some.EnumerateArray(), schema, $"{place}/enum")
                : throw new SchemaNotSupportedException($"{place}/enum", $"it must be a list of 1 to {MostValues} values.");
        }

        foreach (var name in (string[])["anyOf", "oneOf", "allOf"])
        {
            if (schema.TryGetProperty(name, out var parts))
            {
                Demand(schema, place, name, "type");
                return Choice(name, parts, TypesOf(schema, place), $"{place}/{name}", depth);
            }
        }

        return Typed(schema, place, depth);
    }

    /// <summary>One of these values, of those that are of the schema's type.</summary>
    private string OneOf(IEnumerable<JsonElement> values, JsonElement schema, string place)
    {
        var types = TypesOf(schema, place);
        string[] literals = [.. values.Where(value => types is null || types.Any(type => IsOf(value, type))).Select(value => GrammarRules.Literal(JsonSerializer.Serialize(value, Plain)))];
        return literals.Length > 0
            ? _rules.Add(string.Join(" | ", literals))
            : throw new SchemaNotSupportedException(place, "nothing in it is of the type that 'type' demands.");
    }

    private static bool IsOf(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && double.IsInteger(value.GetDouble())),
        JsonValueKind.Null => type == "null",
        _ => type == "boolean",
    };

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
            if (Narrowed(part, types, $"{place}/{index}") is { } narrowed)
            {
                choices.Add(Value(narrowed, $"{place}/{index}", depth + 1));
            }
        }

        return choices.Count > 0 ? _rules.Add(string.Join(" | ", choices)) : throw new SchemaNotSupportedException(place, "nothing in it is of the type that 'type' demands.");
    }

    /// <summary>The schema with no other types than these; null where it has none of them.</summary>
    private static JsonElement? Narrowed(JsonElement schema, string[]? types, string place)
    {
        if (types is null || schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.True))
        {
            return schema;
        }

        var own = schema.ValueKind is JsonValueKind.True ? null : TypesOf(schema, place);
        string[] left = own is null ? types : [.. own.Where(type => types.Contains(type) || (type == "integer" && types.Contains("number"))), .. types.Where(type => type == "integer" && own.Contains("number"))];
        if (left.Length == 0)
        {
            return null;
        }

        var narrowed = schema.ValueKind is JsonValueKind.True ? [] : JsonObject.Create(schema)!;
        narrowed["type"] = new JsonArray([.. left.Distinct().Select(type => (JsonNode)type)]);
        return JsonSerializer.SerializeToElement(narrowed);
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
        if (TypesOf(schema, place) is not { } types)
        {
            var unsaid = schema.TryGetProperty("properties", out _) ? "object" : schema.TryGetProperty("items", out _) ? "array" : null;
            Demand(schema, place, unsaid is null ? [] : Keywords[unsaid]);
            return unsaid is null ? Any() : Typed(schema, unsaid, place, depth);
        }

        Demand(schema, place, ["type", .. types.SelectMany(t => Keywords.GetValueOrDefault(t, []))]);
        return types is [var only] ? Typed(schema, only, place, depth) : _rules.Add(string.Join(" | ", types.Select(t => Typed(schema, t, place, depth))));
    }

    /// <summary>What <c>type</c> says; null where it is not there.</summary>
    private static string[]? TypesOf(JsonElement schema, string place) => !schema.TryGetProperty("type", out var type) ? null : type.ValueKind switch
    {
        JsonValueKind.String => [type.GetString()!],
        JsonValueKind.Array when type.GetArrayLength() > 0 => [.. type.EnumerateArray().Select(t => t.ToString())],
        _ => throw new SchemaNotSupportedException($"{place}/type", "it must be a type or a list of types."),
    };

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
        "string" => Text(schema, place),
        "integer" => Integer(schema, place),
        "number" => Number(schema, place),
        "boolean" => _rules.Once("boolean", () => "\"true\" | \"false\""),
        "null" => _rules.Once("null", () => "\"null\""),
        _ => throw new SchemaNotSupportedException($"{place}/type", $"'{type}' is no type. Known: object, array, string, integer, number, boolean, null."),
    };

    /// <summary>Properties in their order. After each comes the next one that is there; those that are not required can be left out.</summary>
    private string Object(JsonElement schema, string place, int depth)
    {
        var required = Required(schema, place);
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind is not JsonValueKind.Object || !properties.EnumerateObject().Any())
        {
            return required.Count == 0 ? Free(schema, place, depth) : throw new SchemaNotSupportedException($"{place}/required", "it names properties that 'properties' does not have.");
        }

        var items = properties.EnumerateObject().ToArray();
        if (required.FirstOrDefault(name => !items.Any(i => i.NameEquals(name))) is { } unknown)
        {
            throw new SchemaNotSupportedException($"{place}/required", $"it names '{unknown}', which 'properties' does not have.");
        }

        var pairs = items.Select(item => _rules.Add($"{GrammarRules.Literal(Spelled(item.Name))} {Colon()} {Inner(item.Value, $"{place}/properties/{item.Name}", depth + 1)}")).ToArray();
        var (first, next) = ("", "");
        for (var i = items.Length - 1; i >= 0; i--)
        {
            var isRequired = required.Contains(items[i].Name);
            var here = Sequence(pairs[i], next);
            first = isRequired ? here : _rules.Add(first.Length == 0 ? $"( {here} )?" : $"{here} | {first}");
            var after = _rules.Add(Sequence($"{Comma()} {pairs[i]}", next));
            next = isRequired ? after : _rules.Add(next.Length == 0 ? $"( {after} )?" : $"{after} | {next}");
        }

        return _rules.Add($"\"{{\" {first} \"}}\"");
    }

    private static HashSet<string> Required(JsonElement schema, string place)
    {
        if (!schema.TryGetProperty("required", out var names))
        {
            return [];
        }

        return names.ValueKind is JsonValueKind.Array && names.EnumerateArray().All(name => name.ValueKind is JsonValueKind.String)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
            : throw new SchemaNotSupportedException($"{place}/required", "it must be a list of names.");
    }

    private string Free(JsonElement schema, string place, int depth)
    {
        if (!schema.TryGetProperty("additionalProperties", out var value) || value.ValueKind is JsonValueKind.True)
        {
            return Object();
        }

        return value.ValueKind is JsonValueKind.False
            ? _rules.Add("\"{}\"")
            : Map(Inner(value, $"{place}/additionalProperties", depth + 1));
    }

    private string Array(JsonElement schema, string place, int depth)
    {
        var item = schema.TryGetProperty("items", out var items) ? Inner(items, $"{place}/items", depth + 1) : Any();
        var (least, most) = (Count(schema, "minItems", place) ?? 0, Count(schema, "maxItems", place));
        if (most == 0)
        {
            return _rules.Add("\"[]\"");
        }

        if (most < least)
        {
            throw new SchemaNotSupportedException($"{place}/maxItems", "it is less than 'minItems'.");
        }

        Spend(most ?? least, place);
        var more = string.Create(CultureInfo.InvariantCulture, $"( {Comma()} {item} ){{{Math.Max(0, least - 1)},{(most is { } end ? end - 1 : null)}}}");
        return _rules.Add(least == 0 ? $"\"[\" ( {item} {more} )? \"]\"" : $"\"[\" {item} {more} \"]\"");
    }

    private string Text(JsonElement schema, string place)
    {
        if (schema.TryGetProperty("format", out var format))
        {
            Demand(schema, place, "type", "format");
            return Formats.TryGetValue(format.ToString(), out var body)
                ? _rules.Add($"\"\\\"\" {Helped(body)} \"\\\"\"")
                : throw new SchemaNotSupportedException($"{place}/format", $"'{format}' is not supported. Known: {string.Join(", ", Formats.Keys)}.");
        }

        if (schema.TryGetProperty("pattern", out var pattern))
        {
            Demand(schema, place, "type", "pattern");
            return pattern.ValueKind is JsonValueKind.String
                ? _rules.Add($"\"\\\"\" {_rules.Add(PatternGrammar.Of(pattern.GetString()!, $"{place}/pattern", _rules, Letter(), Spend))} \"\\\"\"")
                : throw new SchemaNotSupportedException($"{place}/pattern", "it must be a regular expression.");
        }

        var (least, most) = (Count(schema, "minLength", place), Count(schema, "maxLength", place));
        if (least is null && most is null)
        {
            return AnyText();
        }

        Spend(most ?? least ?? 0, place);
        return most < (least ?? 0)
            ? throw new SchemaNotSupportedException($"{place}/maxLength", "it is less than 'minLength'.")
            : _rules.Add(string.Create(CultureInfo.InvariantCulture, $"\"\\\"\" {Letter()}{{{least ?? 0},{most}}} \"\\\"\""));
    }

    private string Helped(string body)
    {
        if (body.Contains("hex", StringComparison.Ordinal))
        {
            _rules.Once("hex", () => "[0-9a-f]");
        }

        if (body.Contains("byte", StringComparison.Ordinal))
        {
            _rules.Once("byte", () => "\"25\" [0-5] | \"2\" [0-4] [0-9] | \"1\" [0-9] [0-9] | [1-9] [0-9] | [0-9]");
        }

        if (body.Contains("label", StringComparison.Ordinal))
        {
            _rules.Once("label", () => "[a-zA-Z] [a-zA-Z0-9]{0,14} ( \"-\" [a-zA-Z0-9]{1,15} )?");
        }

        return body;
    }

    private string Integer(JsonElement schema, string place)
    {
        var least = Bound(schema, "minimum", "exclusiveMinimum", place, up: true);
        var most = Bound(schema, "maximum", "exclusiveMaximum", place, up: false);
        if (least > WholeNumbers.Largest || most < -WholeNumbers.Largest)
        {
            throw new SchemaNotSupportedException($"{place}/{(least > WholeNumbers.Largest ? "minimum" : "maximum")}", $"whole numbers are written up to {WholeNumbers.Largest}.");
        }

        return most < least
            ? throw new SchemaNotSupportedException($"{place}/maximum", "no whole number lies between the bounds.")
            : _rules.Add(WholeNumbers.Between(least, most));
    }

    /// <summary>The nearest whole number inside both bounds of a side.</summary>
    private static BigInteger? Bound(JsonElement schema, string inclusive, string exclusive, string place, bool up)
    {
        BigInteger? bound = null;
        foreach (var (name, step) in ((string, int)[])[(inclusive, 0), (exclusive, 1)])
        {
            if (!schema.TryGetProperty(name, out var value))
            {
                continue;
            }

            if (value.ValueKind is not JsonValueKind.Number || !double.IsFinite(value.GetDouble()))
            {
                throw new SchemaNotSupportedException($"{place}/{name}", "it must be a number.");
            }

            var number = value.GetDouble();
            var whole = new BigInteger(up ? Math.Ceiling(number) : Math.Floor(number));
            var inside = step == 1 && (double)whole == number ? whole + (up ? 1 : -1) : whole;
            bound = bound is { } other ? (up ? BigInteger.Max(other, inside) : BigInteger.Min(other, inside)) : inside;
        }

        return bound;
    }

    private string Number(JsonElement schema, string place)
    {
        var least = Bounds(schema, "minimum", "exclusiveMinimum", place).OrderBy(bound => bound.Value).ThenBy(bound => !bound.Inclusive).Cast<(decimal, bool)?>().LastOrDefault();
        var most = Bounds(schema, "maximum", "exclusiveMaximum", place).OrderBy(bound => bound.Value).ThenBy(bound => bound.Inclusive).Cast<(decimal, bool)?>().FirstOrDefault();
        return least is null && most is null
            ? AnyNumber()
            : _rules.Add(DecimalNumbers.Between(least, most) ?? throw new SchemaNotSupportedException($"{place}/{(most is null ? "minimum" : "maximum")}", "no number that is written here lies between the bounds."));
    }

    private static IEnumerable<(decimal Value, bool Inclusive)> Bounds(JsonElement schema, string inclusive, string exclusive, string place)
    {
        foreach (var name in (string[])[inclusive, exclusive])
        {
            if (schema.TryGetProperty(name, out var value))
            {
                yield return value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var bound) && DecimalNumbers.CanBound(bound)
                    ? (bound, name == inclusive)
                    : throw new SchemaNotSupportedException($"{place}/{name}", $"it must be a number up to {DecimalNumbers.MostBound} with at most 5 digits behind the point.");
            }
        }
    }

    private string Any() => _rules.Once("value", () => $"{Object()} | {_rules.Once("array", () => $"\"[\" ( value ( {Comma()} value )* )? \"]\"")} | {AnyText()} | {AnyNumber()} | \"true\" | \"false\" | \"null\"");

    private string AnyNumber() => _rules.Once("number", () => "\"-\"? " + Size);

    private string Object() => _rules.Once("object", () => $"\"{{\" ( {AnyText()} {Colon()} {Any()} ( {Comma()} {AnyText()} {Colon()} {Any()} )* )? \"}}\"");

    private string Map(string value) => _rules.Add($"\"{{\" ( {AnyText()} {Colon()} {value} ( {Comma()} {AnyText()} {Colon()} {value} )* )? \"}}\"");

    private string AnyText() => _rules.Once("string", () => $"\"\\\"\" {Letter()}* \"\\\"\"");

    /// <summary>A character of a string. Halves of surrogate pairs are left out: alone they are no character, and pairs can be written as they are.</summary>
    private string Letter() => _rules.Once(
        "letter",
        () => "[^\"\\\\\\x00-\\x1F\\x7F] | \"\\\\\" ( [\"\\\\/bfnrt] | \"u\" ( [0-9a-cA-CeEfF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2} ) )");

    private string Comma() => _rules.Once("comma", () => "\",\" \" \"?");

    private string Colon() => _rules.Once("colon", () => "\":\" \" \"?");

    private static string Sequence(string first, string next) => next.Length == 0 ? first : $"{first} {next}";

    private static int? Count(JsonElement schema, string name, string place)
    {
        if (!schema.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var count) && count is >= 0 and <= MostRepeats
            ? count
            : throw new SchemaNotSupportedException($"{place}/{name}", $"it must be a whole number from 0 to {MostRepeats}.");
    }

    private static void Demand(JsonElement schema, string place, params string[] known)
    {
        foreach (var property in schema.EnumerateObject())
        {
            if (!known.Contains(property.Name) && !Silent.Contains(property.Name))
            {
                throw new SchemaNotSupportedException($"{place}/{property.Name}", $"'{property.Name}' is not supported here.");
            }
        }
    }
}
