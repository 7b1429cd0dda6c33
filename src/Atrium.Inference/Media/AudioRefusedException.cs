namespace Atrium.Inference.Media;

/// <summary>Why bytes were not taken as audio.</summary>
public enum AudioFault
{
    /// <summary>No format that is known, or broken inside.</summary>
    NotAudio,

    /// <summary>It ends before it should.</summary>
    CutOff,

    /// <summary>A format that is known, with values that are not taken: an absurd sample rate, no channels.</summary>
    Unsupported,

    /// <summary>It goes on for longer than allowed.</summary>
    TooLong,

    /// <summary>The program that decodes this format is not installed here. The message says which.</summary>
    NoDecoder,
}

/// <summary>The bytes are no audio that is taken. The message is for the one who sent them.</summary>
public sealed class AudioRefusedException(AudioFault fault, string message) : Exception(message)
{
    /// <summary>What is wrong, for the API's error code.</summary>
    public AudioFault Fault { get; } = fault;
}
