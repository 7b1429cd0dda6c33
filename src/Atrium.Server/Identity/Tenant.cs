namespace Atrium.Server.Identity;

/// <summary>The installation's own directory.</summary>
/// <param name="Id">A GUID, made at the first start.</param>
internal sealed record Tenant(string Id);
