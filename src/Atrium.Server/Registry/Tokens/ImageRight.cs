using System.Collections.Immutable;

namespace Atrium.Server.Registry.Tokens;

/// <summary>A right on a repository, by each of its names.</summary>
/// <param name="Word">As the scope of a token writes it.</param>
/// <param name="Action">The action at the registry (AcrPull, AcrPush, AcrDelete, Contributor).</param>
/// <param name="DataAction">The data action at the repository (Container Registry Repository Reader, Writer, Contributor).</param>
/// <param name="ProjectAction">For a project's own repositories: the action at the project. Who may read and make its environments may read and make their images.</param>
internal sealed record ImageRight(string Word, string Action, string DataAction, string ProjectAction)
{
    private const string Registry = RegistryType.TypeName;
    private const string Environments = $"{Hubs.Workspaces.Type}/environments";

    public static readonly ImageRight Pull = new("pull", $"{Registry}/pull/read", $"{Registry}/repositories/content/read", $"{Environments}/read");
    public static readonly ImageRight Push = new("push", $"{Registry}/push/write", $"{Registry}/repositories/content/write", $"{Environments}/write");
    public static readonly ImageRight Delete = new("delete", $"{Registry}/artifacts/delete", $"{Registry}/repositories/content/delete", $"{Environments}/delete");
    public static readonly ImageRight ReadMetadata = new("metadata_read", $"{Registry}/pull/read", $"{Registry}/repositories/metadata/read", $"{Environments}/read");
    public static readonly ImageRight WriteMetadata = new("metadata_write", $"{Registry}/push/write", $"{Registry}/repositories/metadata/write", $"{Environments}/write");

    public static readonly ImmutableArray<ImageRight> All = [Pull, Push, Delete, ReadMetadata, WriteMetadata];

    /// <summary>Demanded at the registry of whoever lists all of its repositories.</summary>
    public const string CatalogDataAction = $"{Registry}/catalog/read";
}
