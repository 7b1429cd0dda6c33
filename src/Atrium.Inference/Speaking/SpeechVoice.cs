namespace Atrium.Inference.Speaking;

/// <summary>Whose voice it is heard as.</summary>
public enum VoiceGender
{
    /// <summary>A woman's.</summary>
    Female,

    /// <summary>A man's.</summary>
    Male,
}

/// <summary>A voice that can speak on this machine.</summary>
/// <param name="Id">Its name within its engine.</param>
/// <param name="Locale">Language and region, as in en-US.</param>
/// <param name="Gender">How it sounds.</param>
/// <param name="Engine">What speaks: flite or espeak-ng.</param>
/// <param name="SampleRate">Samples a second that the engine makes.</param>
public sealed record SpeechVoice(string Id, string Locale, VoiceGender Gender, string Engine, int SampleRate)
{
    /// <summary>The language alone, as in en.</summary>
    public string Language => Locale.Split('-')[0];
}
