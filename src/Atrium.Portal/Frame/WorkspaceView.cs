using Atrium.Contracts;
using Atrium.Portal.Api;

namespace Atrium.Portal.Frame;

/// <summary>A hub or project as one user sees it.</summary>
/// <param name="Self">The hub or project.</param>
/// <param name="Rights">What the user may do there.</param>
/// <param name="Account">Its AI services account: the hub's, for a project too; null where there is none that the user may know of.</param>
/// <param name="AccountRights">What the user may do with the account.</param>
public sealed record WorkspaceView(Workspace Self, Rights Rights, ResourceId? Account, Rights AccountRights)
{
    /// <summary>Its id.</summary>
    public ResourceId Id => Self.Id;

    /// <summary>Where its models are called, from the root of the endpoint.</summary>
    public string DataPath => Self.IsProject ? $"/api/projects/{Uri.EscapeDataString(Self.Id.Name)}" : $"/ai/{Uri.EscapeDataString(Account?.Name ?? "")}";

    /// <summary>Whether the user may use its models.</summary>
    public bool CanUseModels => CanUse(Actions.Chat);

    /// <summary>Whether the user has a data action there.</summary>
    public bool CanUse(string dataAction) => Self.IsProject ? Rights.CanData(dataAction) : Account is not null && AccountRights.CanData(dataAction);
}
