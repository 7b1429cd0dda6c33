namespace Atrium.Server.Gateway.Translation;

/// <summary>What is done with profane words of a translation.</summary>
internal enum ProfanityAction
{
    NoAction,

    /// <summary>Each is put between marks, or replaced by them.</summary>
    Marked,

    /// <summary>Each is left out.</summary>
    Deleted,
}
