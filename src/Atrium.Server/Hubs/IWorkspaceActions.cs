using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary>Some actions of the workspace type that belong together.</summary>
internal interface IWorkspaceActions
{
    IEnumerable<ResourceAction> Actions { get; }
}
