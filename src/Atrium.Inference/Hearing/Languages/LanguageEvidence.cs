namespace Atrium.Inference.Hearing.Languages;

/// <summary>What was heard so far of the language of one audio.</summary>
internal sealed class LanguageEvidence(LanguageQuestion question)
{
    private const double FramesPerSecond = (double)SpeechAudio.SampleRate / MoonshineModel.SamplesPerFrame;

    /// <summary>Speech after which the language of the beginning stands.</summary>
    private const int Enough = (int)(3 * FramesPerSecond);

    /// <summary>A phrase that is shorter does not stand alone: what was said before fills it up.</summary>
    private const int Alone = (int)(2 * FramesPerSecond);

    private float odds;
    private int frames;

    /// <summary>Whether nothing changes it any more.</summary>
    public bool IsSettled => question is LanguageQuestion.AtStart && frames >= Enough;

    /// <summary>How likely what was heard last is in the recognizer's own language.</summary>
    public float Likely => EnglishIdentifier.Likelihood(odds);

    public bool IsOther => Likely < EnglishIdentifier.Even;

    /// <summary>The next phrase; how likely it is in the recognizer's own language.</summary>
    public float Hear(EnglishIdentifier identifier, EncodedSpeech speech)
    {
        if (!IsSettled)
        {
            Add(identifier.Odds(speech), speech.Frames);
        }

        return Likely;
    }

    internal void Add(float heard, int length)
    {
        // At the start all counts by its length; later a phrase counts for itself, with the one before it where it is short.
        var before = question is LanguageQuestion.AtStart ? frames : Math.Min(frames, Math.Max(0, Alone - length));
        odds = ((odds * before) + (heard * length)) / (before + length);
        frames += length;
    }
}
