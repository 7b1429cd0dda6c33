namespace Atrium.Inference.Speaking;

/// <summary>The silence before and behind what is heard. Pure.</summary>
internal static class SilentEnds
{
    /// <summary>Of 32768: what is below is not heard.</summary>
    private const int Quiet = 60;

    public static (TimeSpan Lead, TimeSpan Tail) Of(PhraseAudio audio) => audio.Phones.Count > 0 ? ByPhones(audio) : BySamples(audio);

    private static (TimeSpan Lead, TimeSpan Tail) ByPhones(PhraseAudio audio)
    {
        var phones = audio.Phones;
        var last = phones.Count - 1;
        var lead = phones[0].IsSilence ? phones[0].End : TimeSpan.Zero;
        if (last == 0 || !phones[last].IsSilence)
        {
            return (lead, TimeSpan.Zero);
        }

        var tail = audio.Duration - phones[last - 1].End;
        return (lead, tail > TimeSpan.Zero ? tail : TimeSpan.Zero);
    }

    private static (TimeSpan Lead, TimeSpan Tail) BySamples(PhraseAudio audio)
    {
        var first = Array.FindIndex(audio.Samples, IsHeard);
        return first < 0
            ? (audio.Duration, TimeSpan.Zero)
            : (TimeSpan.FromSeconds((double)first / audio.Rate), TimeSpan.FromSeconds((double)(audio.Samples.Length - 1 - Array.FindLastIndex(audio.Samples, IsHeard)) / audio.Rate));
    }

    private static bool IsHeard(short sample) => sample is > Quiet or < -Quiet;
}
