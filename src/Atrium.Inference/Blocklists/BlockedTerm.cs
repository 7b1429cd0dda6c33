namespace Atrium.Inference.Blocklists;

/// <summary>Something that a text must not contain.</summary>
/// <param name="Id">The list's name of it; given back with a match.</param>
/// <param name="Text">A phrase, found as whole words in any case; or a pattern.</param>
/// <param name="IsPattern">Whether it is a regular expression.</param>
public sealed record BlockedTerm(string Id, string Text, bool IsPattern);
