namespace Atrium.Inference.Tests;

/// <summary>Tests that measure the memory of this process run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresMemory
{
    public const string Name = "measures memory";
}
