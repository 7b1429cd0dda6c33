using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Ssml;
using Atrium.Server.Gateway.Speech.Speaking;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>How streamed text is said. Pure.</summary>
internal static class StreamedStyle
{
    private const string DefaultLocale = "en-US";

    /// <exception cref="SocketRefusal">A voice that is not here, or a value that is none.</exception>
    public static SpeechStyle Of(StreamedInput input, VoiceCast cast)
    {
        var voice = (input.Voice is { Length: > 0 } name ? cast.Find(name) : cast.Best(input.Language ?? DefaultLocale, VoiceGender.Female))
            ?? throw SocketRefusal.BadRequest($"There is no voice '{input.Voice ?? input.Language}' here. Voices: {cast.Offer}");
        return new SpeechStyle(voice).With(input.Rate, input.Pitch, input.Volume, (attribute, found) => throw SocketRefusal.BadRequest($"'{found}' is no {attribute}."));
    }
}
