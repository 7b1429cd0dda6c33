using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>Tells the client of a turn what is heard. A client of recognition and one of translation listen for other messages.</summary>
internal interface IPhraseTeller
{
    /// <summary>Refuses what cannot be told, before anything is heard.</summary>
    ValueTask BeginAsync(CancellationToken cancellationToken);

    /// <summary>What is heard so far of a phrase.</summary>
    ValueTask TellHypothesisAsync(SpeechPhrase phrase, CancellationToken cancellationToken);

    /// <summary>A phrase that is over.</summary>
    ValueTask TellPhraseAsync(SpeechPhrase phrase, CancellationToken cancellationToken);

    /// <summary>A phrase that there is not: the end, silence, or another language than what is heard here.</summary>
    ValueTask TellStatusAsync(JsonObject status, CancellationToken cancellationToken);
}
