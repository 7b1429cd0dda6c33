namespace Atrium.Server.Resources;

/// <summary>
/// A type of stored rows that a feature keeps under resources and that the resource API does not show. They stay while a resource is soft-deleted and go
/// when it goes for good.
/// </summary>
/// <param name="Name">Begins with the type that they lie under.</param>
internal sealed record KeptType(string Name);
