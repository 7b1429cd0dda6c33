using System.Diagnostics;
using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Inference.Speaking;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>A turn of a connection is a call: it leaves the one row, whatever ends it.</summary>
internal sealed class TurnCalls(Metering metering)
{
    private const int ClientClosedRequest = 499;

    /// <summary>Runs a turn for whoever opened the connection.</summary>
    /// <exception cref="SocketRefusal">The turn was refused or failed, and the connection is to end with it.</exception>
    public async Task RunAsync(GatewayCall connection, GatewayOperation operation, Func<GatewayCall, Task> turn)
    {
        var call = new GatewayCall(connection.Http, operation.Name, Stopwatch.GetTimestamp())
        {
            Owner = connection.Owner, Model = connection.Model, CallerName = connection.CallerName, Tags = connection.Tags,
        };
        try
        {
            metering.Demand();
            await turn(call);
        }
        catch (Exception failure)
        {
            var refusal = Translate(failure);
            metering.Record(call, StatusOf(refusal));
            if (refusal == failure)
            {
                throw;
            }

            throw refusal;
        }
    }

    /// <summary>Counts a turn that goes well. To be called before its end is sent.</summary>
    public void Succeed(GatewayCall call) => metering.Record(call, StatusCodes.Status200OK);

    /// <summary>The name of a turn in the service's log; clients show it.</summary>
    public static JsonObject Context(string requestId) => new() { ["serviceTag"] = requestId };

    private static Exception Translate(Exception failure) => failure switch
    {
        ApiException refused => SocketRefusal.Of(refused),
        InferenceQueueFullException full => SocketRefusal.Of(ApiException.TooManyRequests("The model has more to do than it can queue. Try again.", full.RetryAfter)),
        SpeechFailedException => SocketRefusal.Of(ApiException.Unavailable("SpeechFailed", "The voice did not speak.")),
        _ => failure,
    };

    private static int StatusOf(Exception failure) => failure switch
    {
        SocketRefusal { Status: (System.Net.WebSockets.WebSocketCloseStatus)4429 } => StatusCodes.Status429TooManyRequests,
        SocketRefusal { Status: System.Net.WebSockets.WebSocketCloseStatus.InternalServerError } => StatusCodes.Status503ServiceUnavailable,
        SocketRefusal => StatusCodes.Status400BadRequest,
        OperationCanceledException or System.Net.WebSockets.WebSocketException => ClientClosedRequest,
        _ => StatusCodes.Status500InternalServerError,
    };
}
