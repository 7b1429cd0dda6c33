namespace Atrium.Server.Gateway.Language;

/// <summary>One text of a request.</summary>
/// <param name="Id">The caller's name of it.</param>
/// <param name="Text">What is analyzed.</param>
/// <param name="Language">As the caller says; English where nothing is said.</param>
internal sealed record TextDocument(string Id, string Text, string Language);
