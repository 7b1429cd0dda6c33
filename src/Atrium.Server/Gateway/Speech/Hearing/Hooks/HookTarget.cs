namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>Where a web hook calls, and what it signs with. Both may open something, so they are sealed in the row, and callers see the address without the values in its query.</summary>
/// <param name="Url">Of whoever is told.</param>
/// <param name="Secret">Key of the signature; null for calls without one.</param>
internal sealed record HookTarget(string Url, string? Secret)
{
    /// <summary>In the row.</summary>
    public const string Name = "target";
}
