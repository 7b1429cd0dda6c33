using Atrium.Persistence;

namespace Atrium.Server.Registry.Images;

/// <summary>
/// Which repository a caller means. Behind <c>/registries/{registry}</c> (or on the registry's own host) a name is that registry's. At the root of the one host
/// the first part decides: a project's workspace id leads to the registry of its hub, the name of a registry to that one, and anything else to the
/// installation's first registry.
/// </summary>
internal sealed class RepositoryResolver(RegistryDirectory directory, IAtriumStore store)
{
    /// <summary>The value that names the installation's first registry, by key.</summary>
    public const string DefaultName = "default-registry";

    private string? defaultKey;

    /// <summary>Null where there is no such registry, or the name begins with a GUID that is no project's of that registry.</summary>
    public async ValueTask<RepositoryPlace?> FindAsync(string? registry, string name, CancellationToken cancellationToken)
    {
        var model = await directory.ReadAsync(cancellationToken);
        if (!RepositoryName.TryParse(name, out var repository))
        {
            return null;
        }

        if (registry is not null)
        {
            return model.Registries.TryGetValue(registry, out var named) ? Place(model, named, repository) : null;
        }

        if (repository.ProjectPart is { } workspace)
        {
            return model.Projects.TryGetValue(workspace, out var project) && model.RegistryOf(project) is { } its ? new(its, repository, project) : null;
        }

        return name.Split('/', 2) is [var first, var rest] && model.Registries.TryGetValue(first, out var meant) && RepositoryName.TryParse(rest, out var inside)
            ? Place(model, meant, inside)
            : await FindRegistryAsync(registry: null, cancellationToken) is { } own ? Place(model, own, repository) : null;
    }

    /// <summary>The registry of that name; the installation's first where none is named. Null where there is none.</summary>
    public async ValueTask<RegistryEntry?> FindRegistryAsync(string? registry, CancellationToken cancellationToken)
    {
        var model = await directory.ReadAsync(cancellationToken);
        if (registry is not null)
        {
            return model.Registries.GetValueOrDefault(registry);
        }

        defaultKey ??= await store.FindValueAsync(DefaultName, cancellationToken) is { } value ? System.Text.Encoding.UTF8.GetString(value) : null;
        return defaultKey is null ? null : model.Registries.Values.FirstOrDefault(entry => entry.Id.Key == defaultKey);
    }

    private static RepositoryPlace? Place(RegistryModel model, RegistryEntry registry, RepositoryName name) =>
        name.ProjectPart is not { } workspace ? new(registry, name, null)
        : model.Projects.TryGetValue(workspace, out var project) && model.RegistryOf(project)?.Id == registry.Id ? new(registry, name, project)
        : null;
}
