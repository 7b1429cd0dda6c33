namespace Atrium.Inference.Images;

/// <summary>Why bytes were not taken as an image.</summary>
public enum ImageFault
{
    /// <summary>No format that is known, or broken or cut off inside.</summary>
    NotAnImage,

    /// <summary>A side is shorter or longer than allowed, or there are too many pixels.</summary>
    WrongSize,
}

/// <summary>The bytes are no image that is taken. The message is for the one who sent them.</summary>
public sealed class ImageRefusedException(ImageFault fault, string message) : Exception(message)
{
    /// <summary>What is wrong, for the API's error code.</summary>
    public ImageFault Fault { get; } = fault;
}
