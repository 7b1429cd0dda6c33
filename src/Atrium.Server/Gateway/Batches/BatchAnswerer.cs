using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Responses;
using Atrium.Server.Hosting;
using Atrium.Server.Usage;

namespace Atrium.Server.Gateway.Batches;

/// <summary>Asks one line of a batch on the way that calls go, and writes down what came.</summary>
internal sealed class BatchAnswerer(GatewayPipeline pipeline, GatewayState gateway, IServiceProvider services, TimeProvider clock)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly OpenAiErrors Errors = new();

    /// <summary>The line of the output. Where the model has too much to do, those who wait for their answers go first, and the line is asked again.</summary>
    public async Task<JsonObject> AnswerAsync(KeptJob batch, BatchLine line, GatewayOperation operation, CancellationToken cancellationToken)
    {
        var model = await gateway.ReadAsync(cancellationToken);
        var owner = model.FindOwner(batch.Owner) ?? throw new OperationCanceledException("The owner of the batch has gone.");
        for (var wait = TimeSpan.FromMilliseconds(200); ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            var (status, body, requestId) = await AskAsync(batch, line, operation, owner, model, cancellationToken);
            if (status is not StatusCodes.Status429TooManyRequests)
            {
                return new()
                {
                    ["id"] = $"batch_req_{Guid.CreateVersion7():N}",
                    ["custom_id"] = line.CustomId,
                    ["response"] = new JsonObject { ["status_code"] = status, ["request_id"] = requestId, ["body"] = body },
                    ["error"] = null,
                };
            }

            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    private async Task<(int Status, JsonNode? Body, string RequestId)> AskAsync(
        KeptJob batch, BatchLine line, GatewayOperation operation, KeyOwner owner, GatewayModel model, CancellationToken cancellationToken)
    {
        using var answer = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = cancellationToken };
        context.Request.Method = HttpMethods.Post;
        context.Request.Path = "/openai/v1/" + operation.Path;
        context.Request.ContentType = Metering.Json;
        context.Request.Headers[UsageTags.Header] = $"batch={batch.Id}";
        context.Request.Body = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(line.Body));
        context.Response.Body = answer;
        var requestId = CorrelationId.Of(context);
        try
        {
            await pipeline.RunForAsync(context, operation, owner, batch.Caller, model, AnswerOf(operation), cancellationToken);
            await context.Response.BodyWriter.FlushAsync(cancellationToken);
            return (context.Response.StatusCode, JsonNode.Parse(answer.ToArray()), requestId);
        }
        catch (ApiException refused)
        {
            return (refused.Status, JsonNode.Parse(Errors.Write(refused)), requestId);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return (StatusCodes.Status500InternalServerError, JsonNode.Parse(Errors.Write(ApiException.Internal(requestId))), requestId);
        }
    }

    /// <summary>Responses are asked for when they are needed: those in the background run in the runner that runs this.</summary>
    private Func<GatewayCall, CancellationToken, Task>? AnswerOf(GatewayOperation operation) =>
        operation == ResponseCalls.Create ? services.GetRequiredService<ResponseCalls>().CreateAsync : null;
}
