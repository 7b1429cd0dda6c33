using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Identity.Principals;

/// <summary>The directory's principals, as stored.</summary>
internal sealed class PrincipalState(IAtriumStore store, ChangeFeed feed)
    : SnapshotState<PrincipalModel>(store, feed, PrincipalModel.Empty, Principal.UserType, Principal.ServicePrincipalType, Principal.GroupType)
{
    protected override PrincipalModel Put(PrincipalModel model, Resource resource) => model.With(Principal.Read(resource));

    protected override PrincipalModel Remove(PrincipalModel model, string key, string type) => model.Without(key);
}
