namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>How well something is pronounced (Azure Speech, pronunciation assessment), which a connection may judge.</summary>
internal static class Pronunciation
{
    /// <summary>Asks for it with short audio: what should be said and how it is scored, JSON in Base64.</summary>
    public const string Header = "Pronunciation-Assessment";

    public const string NoModel = "No embedded model judges pronunciation.";
}
