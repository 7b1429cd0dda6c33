namespace Atrium.Inference.Speaking.Sound;

/// <summary>How samples become bytes.</summary>
public enum AudioCodec
{
    /// <summary>16 bits a sample, the lower byte first.</summary>
    Pcm,

    /// <summary>G.711, European.</summary>
    ALaw,

    /// <summary>G.711, American.</summary>
    MuLaw,

    /// <summary>G.722.</summary>
    G722,

    /// <summary>Opus.</summary>
    Opus,

    /// <summary>MPEG layer III.</summary>
    Mp3,

    /// <summary>MPEG-4 AAC.</summary>
    Aac,

    /// <summary>Free Lossless Audio Codec.</summary>
    Flac,

    /// <summary>One that nothing here makes.</summary>
    Other,
}

/// <summary>What the bytes are wrapped in.</summary>
public enum AudioContainer
{
    /// <summary>Nothing, or what the codec brings.</summary>
    None,

    /// <summary>A WAV file. Its length stands at its beginning, so it is sent when all is spoken.</summary>
    Riff,

    /// <summary>Ogg.</summary>
    Ogg,

    /// <summary>WebM.</summary>
    WebM,
}

/// <summary>A form of audio by its published name.</summary>
/// <param name="Name">As in riff-24khz-16bit-mono-pcm.</param>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Codec">How samples become bytes.</param>
/// <param name="Container">What these are wrapped in.</param>
/// <param name="BitRate">Bits a second, of codecs that have a choice.</param>
/// <param name="MediaType">For a Content-Type.</param>
public sealed record AudioFormat(string Name, int SampleRate, AudioCodec Codec, AudioContainer Container, int BitRate, string MediaType);
