using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference.Llama.Grammars;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>The form of an answer (OpenAI, <c>response_format</c>). Pure.</summary>
internal static class ResponseFormat
{
    private const string Name = "response_format";

    /// <summary>The grammar of the answer; null leaves it free.</summary>
    public static string? Read(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty(Name, out var format) || format.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        switch (format.ValueKind is JsonValueKind.Object && format.TryGetProperty("type", out var type) ? type.ToString() : "")
        {
            case "text":
                return null;
            case "json_object":
                return JsonGrammar.AnyObject();
            case "json_schema":
                return ReadSchema(format, problems);
            default:
                problems.Add(new(Name, $"'{Name}' must be an object with 'type': text, json_object or json_schema."));
                return null;
        }
    }

    private static string? ReadSchema(JsonElement format, List<Problem> problems)
    {
        if (!format.TryGetProperty("json_schema", out var named) || named.ValueKind is not JsonValueKind.Object || !named.TryGetProperty("name", out var name) || name.ValueKind is not JsonValueKind.String)
        {
            problems.Add(new($"{Name}.json_schema", $"'{Name}.json_schema' must be an object with a 'name' and a 'schema'.", ProblemCodes.Required));
            return null;
        }

        if (!named.TryGetProperty("schema", out var schema) || schema.ValueKind is JsonValueKind.Null)
        {
            return JsonGrammar.AnyObject();
        }

        try
        {
            return JsonGrammar.Of(schema);
        }
        catch (SchemaNotSupportedException unsupported)
        {
            problems.Add(new($"{Name}.json_schema.schema", $"Invalid schema for response_format '{name}': {unsupported.Message}"));
            return null;
        }
    }
}
