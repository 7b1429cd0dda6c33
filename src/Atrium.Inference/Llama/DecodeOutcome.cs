namespace Atrium.Inference.Llama;

/// <summary>How reading a batch ended.</summary>
internal enum DecodeOutcome
{
    Done,

    /// <summary>Nobody wanted the answers any more, so it was broken off.</summary>
    Aborted,
}
