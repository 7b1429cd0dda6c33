using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Principals;

/// <summary>Names by the directory.</summary>
internal sealed class CallerNames(PrincipalState principals) : ICallerNames
{
    public async ValueTask<string?> FindAsync(string objectId, CancellationToken cancellationToken) =>
        (await principals.ReadAsync(cancellationToken)).Find(objectId) is { } known ? known.IsUser ? known.Id.Name : known.DisplayName : null;
}
