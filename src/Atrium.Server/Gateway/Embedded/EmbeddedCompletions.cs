using System.Buffers;
using System.Text;
using System.Text.Json;
using Atrium.Inference;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Embedded;

/// <summary>
/// Continues texts with a model of this process, as they are, without a chat template. The model that quotes reads the text as a question,
/// and says in its answer that it does not write.
/// </summary>
internal sealed class EmbeddedCompletions(EmbeddedEngines engines, Metering metering, TimeProvider clock)
{
    public async Task AnswerAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        var request = CompletionRequest.Read(body, engines.Generates(call.Served!.Model));
        using var lease = await engines.ChatAsync(call.Served.Model, cancellationToken);
        var model = lease.Model;
        call.ModelName = model.Name;
        var writer = new CompletionWriter($"cmpl-{Guid.CreateVersion7():N}", model.Name, clock.GetUtcNow().ToUnixTimeSeconds());
        var prompts = request.PromptsOf(call.Lane);
        var counts = new ChoiceCounts(call, prompts.Count, request.Each);
        await using var pieces = Choices.AnswerAsync(model, prompts, cancellationToken).GetAsyncEnumerator(cancellationToken);

        // The first piece comes before the first byte: what the model refuses is still an error with a status.
        var more = await pieces.MoveNextAsync();
        var texts = prompts.Select(prompt => new Answer(request, prompt.Text!)).ToArray();
        if (request.Streams)
        {
            Events.Begin(call.Http.Response);
        }

        for (; more; more = await pieces.MoveNextAsync())
        {
            var (index, piece) = pieces.Current;
            counts.Take(pieces.Current);
            if (texts[index].Add(index, piece) is { } choice && request.Streams)
            {
                writer.WriteEvent(call.Http.Response.BodyWriter, [choice], usage: null);
                await call.Http.Response.BodyWriter.FlushAsync(cancellationToken);
            }
        }

        await EndAsync(call, request, writer, texts.Select((text, index) => text.Whole(index)), cancellationToken);
    }

    private async Task EndAsync(GatewayCall call, CompletionRequest request, CompletionWriter writer, IEnumerable<CompletionChoice> choices, CancellationToken cancellationToken)
    {
        var response = call.Http.Response;
        if (!request.Streams)
        {
            var whole = new ArrayBufferWriter<byte>();
            writer.Write(whole, choices, TokenCounts.Of(call));
            await metering.AnswerAsync(call, Metering.Json, whole.WrittenMemory, cancellationToken);
            return;
        }

        if (request.WantsUsage)
        {
            writer.WriteEvent(response.BodyWriter, [], TokenCounts.Of(call));
        }

        metering.Record(call, StatusCodes.Status200OK);
        response.BodyWriter.Write(ChatWriter.Done);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <summary>One answer as it grows.</summary>
    private sealed class Answer(CompletionRequest request, string prompt)
    {
        private readonly StringBuilder text = new(request.Echo ? prompt : "");
        private readonly List<TokenChoice> tokens = [];
        private bool begun;
        private ChatFinish finish;

        /// <summary>The next event; null when there is nothing to tell.</summary>
        public CompletionChoice? Add(int index, ChatPiece piece)
        {
            var said = request.Echo && !begun ? prompt + piece.Text : piece.Text;
            var choice = new CompletionChoice(index, said, piece.Finish, request.Sampling.LogProbs is null ? null : piece.Tokens, text.Length);
            begun = true;
            text.Append(piece.Text);
            tokens.AddRange(piece.Tokens);
            finish = piece.Finish ?? finish;
            return said.Length > 0 || piece.Finish is not null ? choice : null;
        }

        public CompletionChoice Whole(int index) => new(index, text.ToString(), finish, request.Sampling.LogProbs is null ? null : tokens, 0);
    }
}
