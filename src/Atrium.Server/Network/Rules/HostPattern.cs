namespace Atrium.Server.Network.Rules;

/// <summary>A host name, or with <c>*.</c> before it all names below it, itself not among them.</summary>
internal sealed record HostPattern
{
    private const string AnyBelow = "*.";
    private readonly string name;
    private readonly bool isBelow;

    public HostPattern(string text)
    {
        isBelow = text.StartsWith(AnyBelow, StringComparison.Ordinal);
        name = (isBelow ? text[1..] : text).ToLowerInvariant();
    }

    /// <param name="host">In plain form.</param>
    public bool Covers(string host) => isBelow ? host.Length > name.Length && host.EndsWith(name, StringComparison.Ordinal) : host == name;
}
