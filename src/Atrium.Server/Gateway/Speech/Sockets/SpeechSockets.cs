using Atrium.Contracts;
using Atrium.Server.Gateway.Speech.Hearing;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>The addresses of the speech protocol.</summary>
internal sealed class SpeechSockets(SocketDoor door, SynthesisTurns synthesis, RecognitionTurns recognition)
{
    public static readonly GatewayOperation Translate = new("speech.translation", "translation", "Microsoft.CognitiveServices/accounts/SpeechServices/speechrest/translation/read", null);

    /// <summary>What an address without a mode means, where the context names none.</summary>
    private const string UsualMode = "conversation";

    public Task SynthesizeAsync(GatewayCall call, CancellationToken cancellationToken) =>
        door.RunAsync(call, (socket, token) => new SynthesisSession(socket, call, synthesis).RunAsync(token), cancellationToken);

    public Task RecognizeAsync(GatewayCall call, CancellationToken cancellationToken) =>
        ListenAsync(call, call.Http.Request.RouteValues["mode"] as string ?? UsualMode, isUniversal: false, cancellationToken);

    /// <summary>Where recognition and translation are one, and the context tells which is wanted.</summary>
    public Task RecognizeAnyAsync(GatewayCall call, CancellationToken cancellationToken) => ListenAsync(call, UsualMode, isUniversal: true, cancellationToken);

    public Task TranslateAsync(GatewayCall call, CancellationToken cancellationToken) => string.IsNullOrEmpty(call.Http.Request.Query["to"])
        ? throw ApiException.Invalid("to", "'to' is required: the languages to translate into, with commas between them.", ProblemCodes.Required)
        : ListenAsync(call, call.Http.Request.Query["scenario"] is [{ Length: > 0 } scenario] ? scenario : UsualMode, isUniversal: false, cancellationToken);

    private Task ListenAsync(GatewayCall call, string mode, bool isUniversal, CancellationToken cancellationToken)
    {
        if (!ShortAudio.Modes.Contains(mode, StringComparer.OrdinalIgnoreCase))
        {
            throw ApiException.NotFound("NotFound", $"There is no recognition mode '{mode}'. Modes: {string.Join(", ", ShortAudio.Modes)}.");
        }

        var settings = RecognitionSettings.Read(mode, call.Http.Request.Query) with { IsUniversal = isUniversal };
        return door.RunAsync(call, (socket, token) => new RecognitionSession(socket, call, settings, recognition).RunAsync(token), cancellationToken);
    }
}
