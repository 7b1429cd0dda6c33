using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>Tells what is heard and no more: <c>speech.hypothesis</c> and <c>speech.phrase</c>.</summary>
internal sealed class RecognitionTeller(SpeechSocket socket, string requestId, RecognitionMessages messages) : IPhraseTeller
{
    public ValueTask BeginAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask TellHypothesisAsync(SpeechPhrase phrase, CancellationToken cancellationToken) =>
        socket.SendAsync("speech.hypothesis", requestId, messages.Hypothesis(phrase), cancellationToken);

    public ValueTask TellPhraseAsync(SpeechPhrase phrase, CancellationToken cancellationToken) =>
        socket.SendAsync("speech.phrase", requestId, messages.Phrase(phrase), cancellationToken);

    public ValueTask TellStatusAsync(JsonObject status, CancellationToken cancellationToken) =>
        socket.SendAsync("speech.phrase", requestId, status, cancellationToken);
}
