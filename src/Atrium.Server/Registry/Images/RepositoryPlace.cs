using Atrium.Contracts;

namespace Atrium.Server.Registry.Images;

/// <summary>One repository in its registry. The only thing that stores of images take.</summary>
/// <param name="Registry">The registry.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Project">The project whose it is; null for one of the registry's own.</param>
internal sealed record RepositoryPlace(RegistryEntry Registry, RepositoryName Name, ImageOwner? Project)
{
    public ResourceId Id => Registry.Id.Child("repositories", Name.Segment);

    /// <summary>Contents are kept once for all repositories of a scope, and never for two scopes.</summary>
    public string Scope => Name.ProjectPart ?? "shared";
}
