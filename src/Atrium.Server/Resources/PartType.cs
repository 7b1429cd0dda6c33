namespace Atrium.Server.Resources;

/// <summary>A part of a resource that is none itself (a container of a storage account), at which roles are given all the same, whether or not it is there yet.</summary>
/// <param name="Name">Full type.</param>
internal sealed record PartType(string Name);
