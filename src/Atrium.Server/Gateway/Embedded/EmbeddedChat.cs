using System.Buffers;
using System.Text;
using System.Text.Json;
using Atrium.Inference;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Embedded;

/// <summary>Answers a chat with a model of this process.</summary>
internal sealed class EmbeddedChat(EmbeddedEngines engines, Metering metering, TimeProvider clock)
{
    public async Task AnswerAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        var request = ChatRequest.Read(body, engines.Generates(call.Served!.Model), call.Http.Request.Headers["extra-parameters"] == "drop");
        using var lease = await engines.ChatAsync(call.Served.Model, cancellationToken);
        var model = lease.Model;
        call.ModelName = model.Name;
        var writer = new ChatWriter($"chatcmpl-{Guid.CreateVersion7():N}", model.Name, clock.GetUtcNow().ToUnixTimeSeconds());
        var counts = new ChoiceCounts(call, request.Each, request.Each);
        await using var pieces = Choices.AnswerAsync(model, request.PromptsOf(call.Lane), cancellationToken).GetAsyncEnumerator(cancellationToken);

        // The first piece comes before the first byte: what the model refuses is still an error with a status.
        var more = await pieces.MoveNextAsync();
        var answers = Enumerable.Range(0, request.Each).Select(index => new Answer(index, request)).ToArray();
        var output = call.Http.Response.BodyWriter;
        if (request.Streams)
        {
            Events.Begin(call.Http.Response);
            foreach (var answer in answers)
            {
                writer.WriteChunk(output, answer.First, request.WantsUsage);
            }
        }

        for (; more; more = await pieces.MoveNextAsync())
        {
            counts.Take(pieces.Current);
            if (answers[pieces.Current.Index].Add(pieces.Current.Piece) is { } delta && request.Streams)
            {
                writer.WriteChunk(output, delta, request.WantsUsage);
                await output.FlushAsync(cancellationToken);
            }
        }

        if (request.Streams)
        {
            await EndStreamAsync(call, request, writer, answers, cancellationToken);
            return;
        }

        var whole = new ArrayBufferWriter<byte>();
        writer.WriteWhole(whole, answers.Select(answer => answer.Whole), TokenCounts.Of(call));
        await metering.AnswerAsync(call, Metering.Json, whole.WrittenMemory, cancellationToken);
    }

    private async Task EndStreamAsync(GatewayCall call, ChatRequest request, ChatWriter writer, Answer[] answers, CancellationToken cancellationToken)
    {
        var output = call.Http.Response.BodyWriter;
        foreach (var answer in answers)
        {
            writer.WriteChunk(output, answer.Last, request.WantsUsage);
        }

        if (request.WantsUsage)
        {
            writer.WriteUsageChunk(output, TokenCounts.Of(call));
        }

        metering.Record(call, StatusCodes.Status200OK);
        output.Write(ChatWriter.Done);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>One answer as it grows.</summary>
    private sealed class Answer(int index, ChatRequest request)
    {
        private readonly StringBuilder text = new();
        private readonly List<ToolCall> calls = [];
        private readonly List<TokenChoice>? tokens = request.Prompt.LogProbs is null ? null : [];
        private ChatFinish finish;

        public ChatDelta First => new(index) { Begins = true, Text = "" };

        public ChatDelta Last => new(index) { Finish = Finish };

        public ChatChoice Whole => new(index, calls.Count > 0 && text.Length == 0 ? null : text.ToString(), calls, Finish, tokens);

        /// <summary>A tool that was demanded by name is no choice of the model's: the answer then just stops.</summary>
        private ChatFinish Finish => finish is ChatFinish.ToolCalls && request.NamesTool ? ChatFinish.Stop : finish;

        /// <summary>The next event; null when there is nothing to tell.</summary>
        public ChatDelta? Add(ChatPiece piece)
        {
            text.Append(piece.Text);
            tokens?.AddRange(piece.Tokens);
            finish = piece.Finish ?? finish;
            var before = calls.Count;
            calls.AddRange(piece.Calls);
            return piece.Text.Length > 0 || piece.Calls.Count > 0 || (tokens is not null && piece.Tokens.Count > 0)
                ? new(index) { Text = piece.Text.Length > 0 ? piece.Text : null, Calls = piece.Calls, FirstCall = before, Tokens = tokens is null ? null : piece.Tokens }
                : null;
        }
    }
}
