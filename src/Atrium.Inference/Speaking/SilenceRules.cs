namespace Atrium.Inference.Speaking;

/// <summary>A silence: the natural one and so much more, or exactly so much. Neither is the natural one.</summary>
/// <param name="More">Added to the natural silence.</param>
/// <param name="Exactly">In its place; goes before the other.</param>
public readonly record struct Silence(TimeSpan More, TimeSpan? Exactly)
{
    internal TimeSpan Of(TimeSpan natural) => Exactly ?? natural + More;
}

/// <summary>The silences before, between and behind the sentences of a voice, and at its punctuation.</summary>
public sealed record SilenceRules
{
    /// <summary>As the voice makes them.</summary>
    public static SilenceRules Natural { get; } = new();

    /// <summary>Before the first word.</summary>
    public Silence Leading { get; init; }

    /// <summary>Behind the last word.</summary>
    public Silence Tailing { get; init; }

    /// <summary>Between two sentences.</summary>
    public Silence Sentence { get; init; }

    /// <summary>At a comma; null is natural.</summary>
    public TimeSpan? Comma { get; init; }

    /// <summary>At a semicolon; null is natural.</summary>
    public TimeSpan? Semicolon { get; init; }
}
