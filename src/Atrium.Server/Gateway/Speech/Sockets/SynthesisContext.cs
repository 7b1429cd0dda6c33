using System.Text.Json;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>What a client wants of its next synthesis (<c>synthesis.context</c>). What is not there is off. Pure.</summary>
/// <param name="Format">The name of the audio format.</param>
/// <param name="Events">What is reported.</param>
/// <param name="Input">Set where text comes in pieces.</param>
internal sealed record SynthesisContext(string Format, BoundaryEvents Events, StreamedInput? Input)
{
    /// <summary>Where a client names none.</summary>
    private const string DefaultFormat = "raw-16khz-16bit-mono-pcm";

    public static SynthesisContext Default { get; } = new(DefaultFormat, new(false, false, false, false, false), null);

    public static SynthesisContext Read(JsonElement body)
    {
        if (Find(body, "synthesis") is not { } synthesis)
        {
            return Default;
        }

        var audio = Find(synthesis, "audio");
        var options = audio is { } found ? Find(found, "metadataOptions") : null;
        bool IsOn(string name) => options is { } given && given.TryGetProperty(name, out var flag)
            && (flag.ValueKind is JsonValueKind.True || (flag.ValueKind is JsonValueKind.String && bool.TryParse(flag.GetString(), out var isTrue) && isTrue));

        return new(
            (audio is { } a ? Text(a, "outputFormat") : null) ?? DefaultFormat,
            new(IsOn("wordBoundaryEnabled"), IsOn("punctuationBoundaryEnabled"), IsOn("sentenceBoundaryEnabled"), IsOn("bookmarkEnabled"), IsOn("visemeEnabled")),
            Find(synthesis, "input") is { } input && input.TryGetProperty("bidirectionalStreamingMode", out var streams) && streams.ValueKind is JsonValueKind.True
                ? new(Text(input, "voiceName"), Text(input, "language"), Text(input, "rate"), Text(input, "pitch"), Text(input, "volume"))
                : null);
    }

    private static JsonElement? Find(JsonElement element, string name) => element.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.Object ? found : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.String ? found.GetString() : null;
}

/// <summary>What of a speech is reported.</summary>
internal sealed record BoundaryEvents(bool Words, bool Punctuation, bool Sentences, bool Bookmarks, bool Visemes);

/// <summary>How text that comes in pieces is said.</summary>
internal sealed record StreamedInput(string? Voice, string? Language, string? Rate, string? Pitch, string? Volume);
