namespace Atrium.Server.Tests.Isolation;

/// <summary>A call about what is another one's, and the same about what is nobody's.</summary>
/// <param name="Client">Who calls.</param>
/// <param name="Method">How.</param>
/// <param name="Path">Of what is another one's.</param>
/// <param name="Body">JSON; null for none.</param>
/// <param name="GhostPath">Of what is nobody's.</param>
/// <param name="GhostBody">The same body with nobody's name in it.</param>
/// <param name="Real">What is replaced in the call.</param>
/// <param name="Ghosts">By what.</param>
internal sealed record Probe(HttpClient Client, string Method, string Path, string? Body, string GhostPath, string? GhostBody, string Real, string Ghosts)
{
    /// <summary>Whether it may be answered with a success, which then says nothing: a list of nothing, what was not there is not there any more.</summary>
    public bool MaySucceed { get; init; }

    public static Probe Of(HttpClient client, string method, string path, string real, string ghost, string? body = null) =>
        new(client, method, path, body, path.Replace(real, ghost, StringComparison.Ordinal), body?.Replace(real, ghost, StringComparison.Ordinal), real, ghost);
}
