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
        var request = ChatRequest.Read(body);
        var model = await engines.ChatAsync(call.Served!.Model, cancellationToken);
        call.ModelName = model.Name;
        var writer = new ChatWriter($"chatcmpl-{Guid.CreateVersion7():N}", model.Name, clock.GetUtcNow().ToUnixTimeSeconds());
        await using var pieces = model.AnswerAsync(request.Prompt, cancellationToken).GetAsyncEnumerator(cancellationToken);

        // The first piece comes before the first byte: what the model refuses is still an error with a status.
        var more = await pieces.MoveNextAsync();
        if (request.Streams)
        {
            await StreamAsync(call, request, writer, pieces, more);
        }
        else
        {
            await WholeAsync(call, writer, pieces, more, cancellationToken);
        }
    }

    private async Task WholeAsync(GatewayCall call, ChatWriter writer, IAsyncEnumerator<ChatPiece> pieces, bool more, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        ChatPiece last = default;
        for (; more; more = await pieces.MoveNextAsync())
        {
            last = pieces.Current;
            text.Append(last.Text);
        }

        Count(call, last);
        var output = new ArrayBufferWriter<byte>();
        writer.WriteWhole(output, text.ToString(), last);
        await metering.AnswerAsync(call, Metering.Json, output.WrittenMemory, cancellationToken);
    }

    private async Task StreamAsync(GatewayCall call, ChatRequest request, ChatWriter writer, IAsyncEnumerator<ChatPiece> pieces, bool more)
    {
        var response = call.Http.Response;
        Events.Begin(response);
        var output = response.BodyWriter;
        writer.WriteChunk(output, "assistant", "", finish: null, request.WantsUsage);
        ChatPiece last = default;
        for (; more; more = await pieces.MoveNextAsync())
        {
            last = pieces.Current;
            Count(call, last);
            if (last.Text.Length > 0)
            {
                writer.WriteChunk(output, role: null, last.Text, finish: null, request.WantsUsage);
                await output.FlushAsync(call.Http.RequestAborted);
            }
        }

        writer.WriteChunk(output, role: null, text: null, last.Finish ?? ChatFinish.Stop, request.WantsUsage);
        if (request.WantsUsage)
        {
            writer.WriteUsageChunk(output, last);
        }

        metering.Record(call, StatusCodes.Status200OK);
        output.Write(ChatWriter.Done);
        await output.FlushAsync(call.Http.RequestAborted);
    }

    private static void Count(GatewayCall call, ChatPiece piece) => (call.TokensIn, call.TokensOut) = (piece.PromptTokens, piece.CompletionTokens);
}
