using Atrium.Inference.Packages;
using Atrium.Inference.Shelf;
using Atrium.Server.Hosting;

namespace Atrium.Server.Models;

/// <summary>What a caller is told when a model cannot be opened, with what the administrator can do.</summary>
internal static class ModelRefusals
{
    public static ApiException Of(ModelPackageException missing) =>
        ApiException.Unavailable("ModelNotPulled", $"{missing.Message} Run `atrium models pull` on the hub's machine.");

    public static ApiException Of(ModelMemoryException full) => full.RetryAfter is { } later
        ? ApiException.Unavailable("ModelMemoryInUse", $"{full.Message} Try again.", later)
        : ApiException.Unavailable("ModelTooLarge", $"{full.Message} The setting Models:MemoryMegabytes bounds that.");
}
