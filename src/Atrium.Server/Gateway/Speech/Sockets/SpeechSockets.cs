using Atrium.Server.Gateway.Speech.Hearing;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>The addresses of the speech protocol.</summary>
internal sealed class SpeechSockets(SocketDoor door, SynthesisTurns synthesis, RecognitionTurns recognition)
{
    /// <summary>What an address without a mode means, where the context names none.</summary>
    private const string UsualMode = "conversation";

    public Task SynthesizeAsync(GatewayCall call, CancellationToken cancellationToken) =>
        door.RunAsync(call, (socket, token) => new SynthesisSession(socket, call, synthesis).RunAsync(token), cancellationToken);

    public Task RecognizeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var mode = call.Http.Request.RouteValues["mode"] as string ?? UsualMode;
        if (!ShortAudio.Modes.Contains(mode, StringComparer.OrdinalIgnoreCase))
        {
            throw ApiException.NotFound("NotFound", $"There is no recognition mode '{mode}'. Modes: {string.Join(", ", ShortAudio.Modes)}.");
        }

        var settings = RecognitionSettings.Read(mode, call.Http.Request.Query);
        return door.RunAsync(call, (socket, token) => new RecognitionSession(socket, call, settings, recognition).RunAsync(token), cancellationToken);
    }
}
