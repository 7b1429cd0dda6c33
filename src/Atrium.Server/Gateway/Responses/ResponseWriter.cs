using System.Text;
using System.Text.Json.Nodes;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Responses;

/// <summary>Turns the pieces of an answer into the output items of a response, and tells each step as an event where the response is streamed.</summary>
internal sealed class ResponseWriter(ResponseDocument response, ResponseEvents? events)
{
    private readonly StringBuilder text = new();
    private readonly List<TokenChoice> tokens = [];
    private int told;
    private string? message;

    public void Begin()
    {
        events?.Write("response.created", new() { ["response"] = response.Body.DeepClone() });
        events?.Write("response.in_progress", new() { ["response"] = response.Body.DeepClone() });
    }

    public void Add(ChatPiece piece)
    {
        tokens.AddRange(piece.Tokens);
        if (piece.Text.Length > 0)
        {
            BeginMessage();
            text.Append(piece.Text);
            events?.Write("response.output_text.delta", At(new() { ["item_id"] = message, ["content_index"] = 0, ["delta"] = piece.Text, ["logprobs"] = ResponseDocument.LogProbs(tokens.Skip(told)) }));
            told = tokens.Count;
        }

        foreach (var call in piece.Calls)
        {
            tokens.RemoveRange(told, tokens.Count - told);
            EndMessage("completed");
            AddCall(call);
        }
    }

    public void End(string model, ChatPiece last, long now)
    {
        if (response.Output.Count == 0)
        {
            BeginMessage();
        }

        EndMessage(last.Finish is ChatFinish.Length ? "incomplete" : "completed");
        response.End(model, last, now);
        events?.Write($"response.{response.Body["status"]}", new() { ["response"] = response.Body.DeepClone() });
    }

    private void BeginMessage()
    {
        if (message is not null)
        {
            return;
        }

        message = ResponseDocument.NewId("msg");
        events?.Write("response.output_item.added", At(new() { ["item"] = ResponseDocument.Message(message, "in_progress", null) }));
        events?.Write("response.content_part.added", At(new() { ["item_id"] = message, ["content_index"] = 0, ["part"] = ResponseDocument.Part("", []) }));
    }

    private void EndMessage(string status)
    {
        if (message is null)
        {
            return;
        }

        events?.Write("response.output_text.done", At(new() { ["item_id"] = message, ["content_index"] = 0, ["text"] = text.ToString(), ["logprobs"] = ResponseDocument.LogProbs(tokens) }));
        events?.Write("response.content_part.done", At(new() { ["item_id"] = message, ["content_index"] = 0, ["part"] = ResponseDocument.Part(text.ToString(), tokens) }));
        EndItem(ResponseDocument.Message(message, status, ResponseDocument.Part(text.ToString(), tokens)));
        message = null;
        text.Clear();
        tokens.Clear();
        told = 0;
    }

    private void AddCall(ToolCall call)
    {
        var id = ResponseDocument.NewId("fc");
        events?.Write("response.output_item.added", At(new() { ["item"] = ResponseDocument.Call(id, "in_progress", call, "") }));
        events?.Write("response.function_call_arguments.delta", At(new() { ["item_id"] = id, ["delta"] = call.Arguments }));
        events?.Write("response.function_call_arguments.done", At(new() { ["item_id"] = id, ["name"] = call.Name, ["arguments"] = call.Arguments }));
        EndItem(ResponseDocument.Call(id, "completed", call, call.Arguments));
    }

    private void EndItem(JsonObject item)
    {
        events?.Write("response.output_item.done", At(new() { ["item"] = item.DeepClone() }));
        response.Output.Add(item);
    }

    private JsonObject At(JsonObject data)
    {
        data["output_index"] = response.Output.Count;
        return data;
    }
}
