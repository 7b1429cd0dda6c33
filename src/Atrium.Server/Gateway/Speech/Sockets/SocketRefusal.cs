using System.Net.WebSockets;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>Ends a connection for a reason that the client is told. It holds no secret and no inner detail.</summary>
internal sealed class SocketRefusal(WebSocketCloseStatus status, string message) : Exception(message)
{
    /// <summary>The close codes that the published service has for too many requests; clients know it.</summary>
    private const WebSocketCloseStatus TooMany = (WebSocketCloseStatus)4429;

    public WebSocketCloseStatus Status => status;

    /// <summary>What was sent is not right; the official client reports it as bad parameters.</summary>
    public static SocketRefusal BadRequest(string message) => new(WebSocketCloseStatus.InvalidPayloadData, message);

    public static SocketRefusal TooLarge(int limit) => new(WebSocketCloseStatus.MessageTooBig, $"A message has more than {limit} bytes.");

    /// <summary>Nothing came for so long.</summary>
    public static SocketRefusal Idle(TimeSpan limit) => new(WebSocketCloseStatus.NormalClosure, $"Nothing was sent for {limit.TotalSeconds:0} seconds.");

    /// <summary>A refusal of the pipeline in this protocol.</summary>
    public static SocketRefusal Of(ApiException refused) => new(
        refused.Status switch
        {
            StatusCodes.Status429TooManyRequests => TooMany,
            >= 400 and < 500 => WebSocketCloseStatus.InvalidPayloadData,
            _ => WebSocketCloseStatus.InternalServerError,
        },
        refused.Message);
}
