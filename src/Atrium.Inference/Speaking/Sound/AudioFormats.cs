using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Speaking.Sound;

/// <summary>The published forms of spoken audio.</summary>
public static partial class AudioFormats
{
    private static readonly string[] Names =
    [
        "raw-8khz-8bit-mono-mulaw", "raw-8khz-8bit-mono-alaw", "raw-8khz-16bit-mono-pcm", "raw-16khz-16bit-mono-pcm", "raw-22050hz-16bit-mono-pcm", "raw-24khz-16bit-mono-pcm",
        "raw-44100hz-16bit-mono-pcm", "raw-48khz-16bit-mono-pcm", "riff-8khz-8bit-mono-mulaw", "riff-8khz-8bit-mono-alaw", "riff-8khz-16bit-mono-pcm", "riff-16khz-16bit-mono-pcm",
        "riff-22050hz-16bit-mono-pcm", "riff-24khz-16bit-mono-pcm", "riff-44100hz-16bit-mono-pcm", "riff-48khz-16bit-mono-pcm", "ogg-16khz-16bit-mono-opus", "ogg-24khz-16bit-mono-opus",
        "ogg-48khz-16bit-mono-opus", "webm-16khz-16bit-mono-opus", "webm-24khz-16bit-mono-opus", "webm-24khz-16bit-24kbps-mono-opus", "audio-16khz-16bit-32kbps-mono-opus",
        "audio-24khz-16bit-24kbps-mono-opus", "audio-24khz-16bit-48kbps-mono-opus", "audio-16khz-32kbitrate-mono-mp3", "audio-16khz-64kbitrate-mono-mp3", "audio-16khz-128kbitrate-mono-mp3",
        "audio-24khz-48kbitrate-mono-mp3", "audio-24khz-96kbitrate-mono-mp3", "audio-24khz-160kbitrate-mono-mp3", "audio-48khz-96kbitrate-mono-mp3", "audio-48khz-192kbitrate-mono-mp3",
        "g722-16khz-64kbps", "amr-wb-16000hz", "raw-16khz-16bit-mono-truesilk", "raw-24khz-16bit-mono-truesilk", "riff-16khz-16kbps-mono-siren", "audio-16khz-16kbps-mono-siren",
    ];

    private static readonly FrozenDictionary<string, AudioFormat> ByName = Names.Select(Read).ToFrozenDictionary(format => format.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>All, also those that nothing here makes.</summary>
    public static IReadOnlyList<AudioFormat> All { get; } = [.. Names.Select(name => ByName[name])];

    /// <summary>By its name; null for none.</summary>
    public static AudioFormat? Find(string name) => ByName.GetValueOrDefault(name);

    private static AudioFormat Read(string name)
    {
        var match = Parts().Match(name);
        var rate = int.Parse(match.Groups["rate"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) * (match.Groups["unit"].Value == "khz" ? 1000 : 1);
        var codec = match.Groups["codec"].Value switch
        {
            "pcm" => AudioCodec.Pcm,
            "alaw" => AudioCodec.ALaw,
            "mulaw" => AudioCodec.MuLaw,
            "opus" => AudioCodec.Opus,
            "mp3" => AudioCodec.Mp3,
            _ => name.StartsWith("g722", StringComparison.Ordinal) ? AudioCodec.G722 : AudioCodec.Other,
        };
        var (container, media) = match.Groups["container"].Value switch
        {
            "riff" => (AudioContainer.Riff, "audio/x-wav"),
            "ogg" => (AudioContainer.Ogg, "audio/ogg; codecs=opus"),
            "webm" => (AudioContainer.WebM, "audio/webm; codecs=opus"),
            "g722" => (AudioContainer.None, "audio/G722"),
            _ => (AudioContainer.None, codec is AudioCodec.Mp3 ? "audio/mpeg" : codec is AudioCodec.Opus ? "audio/opus" : "audio/basic"),
        };
        var bits = match.Groups["bits"] is { Success: true } given ? int.Parse(given.ValueSpan, System.Globalization.CultureInfo.InvariantCulture) * 1000 : codec is AudioCodec.Opus ? rate * 2 : 0;
        return new(name, rate, codec, container, bits, media);
    }

    [GeneratedRegex("^(?<container>[a-z0-9]+)(-wb)?-(?<rate>[0-9]+)(?<unit>khz|hz)(-[0-9]+bit)?(-(?<bits>[0-9]+)k(bps|bitrate))?(-mono-(?<codec>[a-z0-9]+))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}
