namespace Atrium.Inference.Speaking.Planning;

/// <summary>What is done after another.</summary>
internal abstract record PlannedStep
{
    private PlannedStep()
    {
    }

    /// <summary>A voice says it.</summary>
    public sealed record Speak(Phrase Phrase) : PlannedStep
    {
        /// <summary>Whether it is the first that its voice element says.</summary>
        public bool BeginsVoice { get; init; }

        /// <summary>Whether it is the last.</summary>
        public bool EndsVoice { get; init; }
    }

    /// <summary>Nothing is heard.</summary>
    public sealed record Rest(TimeSpan Length) : PlannedStep;

    /// <summary>A mark behind which nothing is said.</summary>
    public sealed record Mark(string Name) : PlannedStep;
}
