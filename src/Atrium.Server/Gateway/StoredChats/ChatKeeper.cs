using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Atrium.Server.Gateway.StoredChats;

/// <summary>Keeps the chat completions of callers who send <c>store</c>, whichever engine answers. It is kept before the answer ends, so whoever has the whole answer finds it.</summary>
internal sealed class ChatKeeper(ChatStore chats)
{
    private const string Store = "store", Metadata = "metadata";

    /// <summary>What was asked, as a kept completion tells it.</summary>
    private static readonly string[] Told = ["tool_choice", "tools", "seed", "temperature", "top_p", "presence_penalty", "frequency_penalty", "response_format"];

    /// <summary>Has a chat answered, and kept where that is asked for.</summary>
    /// <param name="call">Its deployment has been resolved.</param>
    /// <param name="body">As it came. What is kept here is not asked to be kept by a server elsewhere too.</param>
    /// <param name="answer">Answers it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">400 for metadata that is none, or a chat that is too large; 502 where what answers is no chat completion.</exception>
    public async Task AnswerAsync(GatewayCall call, JsonElement body, Func<JsonElement, Task> answer, CancellationToken cancellationToken)
    {
        if (!body.TryGetProperty(Store, out var store) || store.ValueKind is not JsonValueKind.True)
        {
            await answer(body);
            return;
        }

        var asked = JsonObject.Create(body)!;
        var problems = new List<Problem>();
        MetadataRules.Check(asked[Metadata], problems);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        ChatStore.DemandRoom(body.GetRawText().Length);
        var chat = JsonSerializer.SerializeToElement(new JsonObject(asked.Where(member => member.Key is not (Store or Metadata)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))));
        var (response, features) = (call.Http.Response, call.Http.Features);
        var outside = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var held = new HeldAnswer(response, outside.Stream, ChatStore.MostBytes);
        var inside = new StreamResponseBodyFeature(held, outside);
        features.Set<IHttpResponseBodyFeature>(inside);
        try
        {
            await answer(chat);
            await inside.Writer.FlushAsync(cancellationToken);
        }
        finally
        {
            features.Set(outside);
        }

        await chats.SaveAsync(call.Owner, Completion(call, asked, held.Told.Span, Events.HaveBegun(response)), Messages(asked), cancellationToken);
        await held.ReleaseAsync(cancellationToken);
    }

    private static JsonObject Completion(GatewayCall call, JsonObject asked, ReadOnlySpan<byte> told, bool isEvents)
    {
        if (ChatAssembly.Whole(told, isEvents) is not { } completion || completion["id"] is not JsonValue name || !name.TryGetValue<string>(out var id) || !ChatStore.IsId(id))
        {
            throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", $"What the server behind deployment '{call.Deployment!.Name}' answered cannot be kept: it is no chat completion with an id.");
        }

        completion["usage"] ??= new JsonObject { ["prompt_tokens"] = call.TokensIn, ["completion_tokens"] = call.TokensOut, ["total_tokens"] = call.TokensIn + call.TokensOut };
        completion["request_id"] = CorrelationId.Of(call.Http);
        completion["input_user"] = asked["user"]?.DeepClone();
        foreach (var member in Told)
        {
            completion[member] = asked[member]?.DeepClone();
        }

        completion[Metadata] = asked[Metadata]?.DeepClone() ?? new JsonObject();
        return completion;
    }

    private static JsonArray Messages(JsonObject asked) => asked["messages"] is JsonArray messages ? messages.DeepClone().AsArray() : [];
}
