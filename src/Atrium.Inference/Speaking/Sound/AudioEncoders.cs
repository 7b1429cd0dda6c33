using System.Globalization;

namespace Atrium.Inference.Speaking.Sound;

/// <summary>
/// The encoders of this machine. PCM, G.711, G.722 and Opus are always here; MP3, AAC and FLAC by ffmpeg, or MP3 by lame, where these are installed.
/// </summary>
public sealed class AudioEncoders
{
    private readonly string? _ffmpeg;
    private readonly string? _lame;

    /// <summary>With the programs that are there now.</summary>
    /// <param name="find">Finds a program by its name; null where it is not installed.</param>
    /// <param name="ffmpeg">The name or path of ffmpeg.</param>
    public AudioEncoders(Func<string, string?> find, string ffmpeg = "ffmpeg")
    {
        ArgumentNullException.ThrowIfNull(find);
        (_ffmpeg, _lame) = (find(ffmpeg), find("lame"));
    }

    /// <summary>Whether a form can be made.</summary>
    public bool CanMake(AudioCodec codec) => codec switch
    {
        AudioCodec.Other => false,
        AudioCodec.Mp3 => _ffmpeg is not null || _lame is not null,
        AudioCodec.Aac or AudioCodec.Flac => _ffmpeg is not null,
        _ => true,
    };

    /// <summary>A new encoder.</summary>
    public IAudioEncoder Open(AudioFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return format.Codec switch
        {
            AudioCodec.Pcm => new PcmEncoder(),
            AudioCodec.ALaw => LawEncoder.European,
            AudioCodec.MuLaw => LawEncoder.American,
            AudioCodec.G722 => new G722Encoder(),
            AudioCodec.Opus => new OpusEncoder(format),
            AudioCodec.Mp3 when _ffmpeg is null && _lame is not null => new ProgramEncoder(_lame, LameArguments(format)),
            _ when _ffmpeg is not null && CanMake(format.Codec) => new ProgramEncoder(_ffmpeg, FfmpegArguments(format)),
            _ => throw new NotSupportedException(format.Name),
        };
    }

    private static string[] LameArguments(AudioFormat format) =>
        ["--quiet", "-r", "-s", (format.SampleRate / 1000.0).ToString(CultureInfo.InvariantCulture), "--bitwidth", "16", "-m", "m", "-b", $"{format.BitRate / 1000}", "-t", "-", "-"];

    private static string[] FfmpegArguments(AudioFormat format) =>
    [
        "-hide_banner", "-loglevel", "error", "-threads", "1", "-protocol_whitelist", "pipe", "-f", "s16le", "-ar", $"{format.SampleRate}", "-ac", "1", "-i", "pipe:0",
        .. format.Codec switch
        {
            AudioCodec.Mp3 => (string[])["-c:a", "libmp3lame", "-b:a", $"{format.BitRate}", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3"],
            AudioCodec.Aac => ["-c:a", "aac", "-b:a", $"{format.BitRate}", "-f", "adts"],
            _ => ["-c:a", "flac", "-f", "flac"],
        },
        "pipe:1",
    ];
}
