using Atrium.Server.Storage.Wire;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Files;

/// <summary>A call of a file service under way.</summary>
internal sealed class FileCall : StorageCall
{
    public required FileTarget Target { get; init; }

    /// <summary>The share; null for a call of the service, and for one that makes or finds the share itself.</summary>
    public StoredShare? Share { get; init; }

    public FileAddress Address => new(Account.Data, Share!, FilePath.Parse(Target.Path ?? ""));

    public string? LeaseId => HeaderRules.Guid(this, "x-ms-lease-id");
}
