namespace Atrium.Inference.Safety.Images;

/// <summary>What the model tells apart, in the order of its outputs.</summary>
public enum ImageKind
{
    /// <summary>Harmless drawings.</summary>
    Drawing,

    /// <summary>Pornographic drawings.</summary>
    Hentai,

    /// <summary>Harmless photographs.</summary>
    Neutral,

    /// <summary>Pornographic photographs.</summary>
    Porn,

    /// <summary>Suggestive photographs, no pornography.</summary>
    Sexy,
}
