namespace Atrium.Inference.Shelf;

/// <summary>Whether a model is open.</summary>
public enum ModelState
{
    /// <summary>It takes no memory; the next call opens it.</summary>
    Closed,

    /// <summary>It waits for room or is being opened.</summary>
    Opening,

    /// <summary>It can answer.</summary>
    Open,

    /// <summary>Its memory is about to be free.</summary>
    Closing,
}

/// <summary>A model of a shelf at a moment.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="State">Whether it is open.</param>
/// <param name="Bytes">What it takes when it is open, as declared.</param>
/// <param name="Users">Calls that use it or wait for it.</param>
/// <param name="LastUse">When the last one ended; null if there was none.</param>
public sealed record ModelStatus(string Name, ModelState State, long Bytes, int Users, DateTimeOffset? LastUse);
