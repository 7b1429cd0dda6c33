using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Atrium.Inference;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>Chats with an upstream and reads its stream as pieces of an answer, like those of a model in this process.</summary>
internal sealed class UpstreamChat(UpstreamClient client, UpstreamConnections connections)
{
    /// <summary>To the first byte of an answer, and between two events.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    /// <summary>One answer. The last piece, and only that, has a finish reason; calls of tools come with it.</summary>
    /// <param name="call">Its deployment has a connection.</param>
    /// <param name="chat">A chat completion as the OpenAI API takes it, without <c>stream</c>.</param>
    /// <param name="cancellationToken">Ends the upstream's work too.</param>
    public async IAsyncEnumerable<ChatPiece> AnswerAsync(GatewayCall call, JsonElement chat, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var upstream = await connections.FindAsync(call, call.Deployment!.Source!, cancellationToken)
            ?? throw UpstreamRefusal.NotUsable($"of deployment '{call.Deployment.Name}'");
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(LongestSilence);
        using var answer = await Reached(call, () => client.SendAsync(upstream, GatewayOperation.Chat.Path, call.Served!.Model, UpstreamBody.Rewrite(chat, call.Served.Model, streams: true), silence.Token), cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw await UpstreamRefusal.ReadAsync(answer, upstream.Key, silence.Token);
        }

        var calls = new SortedDictionary<int, PartialCall>();
        ChatPiece last = default;
        await using var events = SseParser.Create(await AnswerStream.OfAsync(answer, call.Deployment, silence.Token)).EnumerateAsync(silence.Token).GetAsyncEnumerator(silence.Token);
        while (await Reached(call, () => events.MoveNextAsync().AsTask(), cancellationToken))
        {
            silence.CancelAfter(LongestSilence);
            if (events.Current.Data is "[DONE]")
            {
                break;
            }

            var piece = Read(events.Current.Data, last, calls, call);
            last = piece with { Text = "" };
            if (piece.Text.Length > 0)
            {
                yield return piece with { Finish = null };
            }
        }

        ToolCall[] made = [.. calls.Values.Select(c => new ToolCall(c.Id, c.Name, c.Arguments.Length == 0 ? "{}" : c.Arguments.ToString()))];
        yield return last with { Calls = made, Finish = made.Length > 0 ? ChatFinish.ToolCalls : last.Finish ?? ChatFinish.Stop };
    }

    private static async Task<T> Reached<T>(GatewayCall call, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw UpstreamRefusal.TooSlow($"deployment '{call.Deployment!.Name}'");
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or IOException)
        {
            throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamUnreachable", $"The server behind deployment '{call.Deployment!.Name}' cannot be reached.");
        }
    }

    private static ChatPiece Read(string data, ChatPiece before, SortedDictionary<int, PartialCall> calls, GatewayCall call)
    {
        using var document = Parse(data, call);
        var root = document.RootElement;
        var piece = before with { Text = "", Tokens = [] };
        if (root.TryGetProperty("model", out var model) && model.ValueKind is JsonValueKind.String)
        {
            call.ModelName = model.GetString()!;
        }

        if (root.TryGetProperty("choices", out var choices) && choices.ValueKind is JsonValueKind.Array && choices.GetArrayLength() > 0)
        {
            piece = Read(choices[0], piece, calls);
        }

        return root.TryGetProperty("usage", out var usage) && usage.ValueKind is JsonValueKind.Object
            ? piece with { PromptTokens = Count(usage, "prompt_tokens"), CompletionTokens = Count(usage, "completion_tokens"), CachedTokens = CachedIn(usage) }
            : piece with { CompletionTokens = piece.CompletionTokens + (piece.Text.Length > 0 ? 1 : 0) };
    }

    private static ChatPiece Read(JsonElement choice, ChatPiece piece, SortedDictionary<int, PartialCall> calls)
    {
        if (choice.TryGetProperty("delta", out var delta) && delta.ValueKind is JsonValueKind.Object)
        {
            if (delta.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.String)
            {
                piece = piece with { Text = content.GetString()!, Tokens = TokensOf(choice) };
            }

            foreach (var item in delta.TryGetProperty("tool_calls", out var list) && list.ValueKind is JsonValueKind.Array ? list.EnumerateArray() : default)
            {
                Take(item, calls);
            }
        }

        return choice.TryGetProperty("finish_reason", out var finish) && finish.ValueKind is JsonValueKind.String
            ? piece with { Finish = finish.GetString() switch { "length" => ChatFinish.Length, "tool_calls" => ChatFinish.ToolCalls, _ => ChatFinish.Stop } }
            : piece;
    }

    private static TokenChoice[] TokensOf(JsonElement choice) =>
        choice.TryGetProperty("logprobs", out var told) && told.ValueKind is JsonValueKind.Object && told.TryGetProperty("content", out var tokens) && tokens.ValueKind is JsonValueKind.Array
            ? TokensIn(tokens)
            : [];

    /// <summary>Those that can be read.</summary>
    private static TokenChoice[] TokensIn(JsonElement tokens) =>
        [.. tokens.EnumerateArray().Where(token => token.ValueKind is JsonValueKind.Object
            && token.TryGetProperty("token", out var text) && text.ValueKind is JsonValueKind.String && token.TryGetProperty("logprob", out var value) && value.ValueKind is JsonValueKind.Number).Select(TokenOf)];

    private static TokenChoice TokenOf(JsonElement token)
    {
        var bytes = token.TryGetProperty("bytes", out var values) && values.ValueKind is JsonValueKind.Array && values.EnumerateArray().All(value => value.ValueKind is JsonValueKind.Number && value.TryGetByte(out _))
            ? [.. values.EnumerateArray().Select(value => value.GetByte())]
            : Encoding.UTF8.GetBytes(token.GetProperty("token").GetString()!);
        return new(bytes, token.GetProperty("logprob").GetDouble(), token.TryGetProperty("top_logprobs", out var likeliest) && likeliest.ValueKind is JsonValueKind.Array ? TokensIn(likeliest) : []);
    }

    private static void Take(JsonElement item, SortedDictionary<int, PartialCall> calls)
    {
        var index = item.TryGetProperty("index", out var number) && number.TryGetInt32(out var at) ? at : calls.Count;
        if (!calls.TryGetValue(index, out var made))
        {
            calls[index] = made = new();
        }

        if (item.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String)
        {
            made.Id = id.GetString()!;
        }

        if (item.TryGetProperty("function", out var function) && function.ValueKind is JsonValueKind.Object)
        {
            made.Name += function.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString() : "";
            made.Arguments.Append(function.TryGetProperty("arguments", out var arguments) && arguments.ValueKind is JsonValueKind.String ? arguments.GetString() : "");
        }
    }

    private static JsonDocument Parse(string data, GatewayCall call)
    {
        try
        {
            return JsonDocument.Parse(data);
        }
        catch (JsonException)
        {
            throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", $"The server behind deployment '{call.Deployment!.Name}' sent an event that is no JSON.");
        }
    }

    private static int CachedIn(JsonElement usage) => usage.TryGetProperty("prompt_tokens_details", out var details) && details.ValueKind is JsonValueKind.Object ? Count(details, "cached_tokens") : 0;

    private static int Count(JsonElement usage, string name) => usage.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var count) ? count : 0;

    /// <summary>A call as its parts come.</summary>
    private sealed class PartialCall
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}
