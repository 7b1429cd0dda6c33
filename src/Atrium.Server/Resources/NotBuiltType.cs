using System.Collections.Immutable;

namespace Atrium.Server.Resources;

/// <summary>A published type or action that Atrium does not have yet. It answers 501, and so does all that lies under it.</summary>
/// <param name="Name">Namespace and type, or type and action.</param>
/// <param name="ApiVersions">Its published api-versions.</param>
internal sealed record NotBuiltType(string Name, ImmutableArray<string> ApiVersions);
