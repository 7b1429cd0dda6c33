namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>The addresses of the speech protocol.</summary>
internal sealed class SpeechSockets(SocketDoor door, SynthesisTurns synthesis)
{
    public Task SynthesizeAsync(GatewayCall call, CancellationToken cancellationToken) =>
        door.RunAsync(call, (socket, token) => new SynthesisSession(socket, call, synthesis).RunAsync(token), cancellationToken);
}
