using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Responses.Conversations;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Responses;

/// <summary>A response as asked for (OpenAI, Responses: create). Pure but for the ids.</summary>
/// <param name="Body">As it came.</param>
/// <param name="Items">The input, as items with ids.</param>
/// <param name="PreviousId">The response that this one goes on from; null for none.</param>
/// <param name="Stores">Whether it is kept.</param>
/// <param name="Streams">Whether it comes in events.</param>
/// <param name="IsBackground">Whether nobody waits for it.</param>
/// <param name="ConversationId">The conversation that it belongs to; null for none.</param>
internal sealed record ResponseRequest(JsonObject Body, JsonArray Items, string? PreviousId, bool Stores, bool Streams, bool IsBackground, string? ConversationId)
{
    /// <summary>What asks for something that is not there, with the value that does not.</summary>
    private static readonly (string Name, string What)[] NotBuilt =
    [
        ("prompt", "Stored prompts"), ("context_management", "Management of the context"), ("moderation", "Moderation of responses"),
    ];

    /// <exception cref="ApiException">400 with every mistake; 501 for what is not built.</exception>
    public static ResponseRequest Read(JsonElement body)
    {
        var problems = new List<Problem>();
        var copy = JsonObject.Create(body)!.DeepClone().AsObject();
        var items = ResponseInput.Items(copy["input"], problems);
        var previous = body.Text("previous_response_id", problems);
        var stores = body.Flag("store", problems) ?? true;
        var streams = body.Flag("stream", problems) ?? false;
        var isBackground = body.Flag("background", problems) ?? false;
        if (isBackground && !stores)
        {
            problems.Add(new("background", "A response in the background is kept: 'background' needs 'store' to be true."));
        }

        var conversation = ReadConversation(copy["conversation"], problems);
        if (conversation is not null && previous is not null)
        {
            problems.Add(new("previous_response_id", "Send 'previous_response_id' or 'conversation', not both."));
        }

        body.Text("instructions", problems);
        body.Whole("max_output_tokens", 1, int.MaxValue, problems);
        body.Number("temperature", 0, 2, problems);
        body.Number("top_p", 0, 1, problems);
        MetadataRules.Check(copy["metadata"], problems);
        CheckTools(copy, problems);
        ResponseToolChoice.Check(copy["tool_choice"], problems);
        body.Flag("parallel_tool_calls", problems);
        ResponseOptions.Check(body, NotBuilt.Select(option => option.Name), problems);
        if (body.Text("truncation", problems) is { } truncation && truncation != "disabled")
        {
            problems.Add(new("truncation", "'truncation' must be disabled: no model here drops items by itself."));
        }

        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        foreach (var (name, what) in NotBuilt)
        {
            if (copy[name] is { } value && !(value is JsonValue flag && flag.TryGetValue<bool>(out var on) && !on))
            {
                throw ApiException.NotBuilt($"{what} ('{name}')");
            }
        }

        return new(copy, [.. items.Select(item => ConversationItems.Kept(item!.AsObject()))], previous, stores, streams, isBackground, conversation);
    }

    /// <summary>The chat that answers it.</summary>
    /// <param name="earlier">Items of the responses before it, oldest first.</param>
    public JsonElement ToChat(IEnumerable<JsonObject> earlier)
    {
        var messages = new JsonArray();
        if ((string?)Body["instructions"] is { Length: > 0 } instructions)
        {
            messages.Add(new JsonObject { ["role"] = "system", ["content"] = instructions });
        }

        foreach (var message in ResponseInput.Messages(earlier.Concat(Items.OfType<JsonObject>())))
        {
            messages.Add(message);
        }

        var chat = new JsonObject { ["messages"] = messages };
        ResponseOptions.AddTo(chat, Body);
        AddTools(chat);
        AddFormat(chat);
        chat["stream"] = true;
        return JsonSerializer.SerializeToElement(chat);
    }

    private void AddTools(JsonObject chat)
    {
        if (Body["tools"] is JsonArray { Count: > 0 } tools)
        {
            chat["tools"] = new JsonArray([.. tools.OfType<JsonObject>().Select(tool =>
            {
                var function = new JsonObject();
                foreach (var name in (string[])["name", "description", "parameters", "strict"])
                {
                    if (tool[name] is { } value)
                    {
                        function[name] = value.DeepClone();
                    }
                }

                return new JsonObject { ["type"] = "function", ["function"] = function };
            })]);
        }

        if (Body["tool_choice"] is { } choice)
        {
            chat["tool_choice"] = ResponseToolChoice.ToChat(choice);
        }
    }

    private void AddFormat(JsonObject chat)
    {
        if (Body["text"]?["format"] is not JsonObject format || (string?)format["type"] is null or "text")
        {
            return;
        }

        var wanted = new JsonObject { ["type"] = format["type"]!.DeepClone() };
        if ((string?)format["type"] == "json_schema")
        {
            var schema = format.DeepClone().AsObject();
            schema.Remove("type");
            wanted["json_schema"] = schema;
        }

        chat["response_format"] = wanted;
    }

    private static void CheckTools(JsonObject body, List<Problem> problems)
    {
        if (body["tools"] is { } tools and not JsonArray)
        {
            problems.Add(new("tools", "'tools' must be a list."));
        }

        var index = 0;
        foreach (var tool in body["tools"] as JsonArray ?? [])
        {
            if (tool is not JsonObject { } one || one["type"] is not JsonValue type || !type.TryGetValue<string>(out var word) || word != "function")
            {
                problems.Add(new($"tools[{index}]", $"'tools[{index}]' must be of type function; tools that the service runs by itself are not here."));
            }

            index++;
        }
    }

    /// <summary>An id, or an object with one.</summary>
    private static string? ReadConversation(JsonNode? conversation, List<Problem> problems)
    {
        if (conversation is null)
        {
            return null;
        }

        if ((conversation is JsonObject one ? one["id"] : conversation) is JsonValue value && value.TryGetValue<string>(out var id))
        {
            return id;
        }

        problems.Add(new("conversation", "'conversation' must be the id of a conversation, or an object with its 'id'."));
        return null;
    }
}
