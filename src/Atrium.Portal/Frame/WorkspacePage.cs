using Atrium.Contracts;
using Atrium.Portal.Api;
using Microsoft.AspNetCore.Components;

namespace Atrium.Portal.Frame;

/// <summary>A page of a hub or a project.</summary>
public abstract class WorkspacePage : LivePage
{
    /// <summary>From the address.</summary>
    [Parameter]
    public string Subscription { get; set; } = "";

    /// <summary>From the address.</summary>
    [Parameter]
    public string Group { get; set; } = "";

    /// <summary>From the address.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    /// <summary>The hubs and projects that this user's pages have shown.</summary>
    [Inject]
    protected Workspaces Workspaces { get; set; } = null!;

    /// <summary>The hub or project; null until it is loaded.</summary>
    protected WorkspaceView? View { get; private set; }

    /// <summary>The hub or project.</summary>
    protected ResourceId Id => ResourceId.OfSubscription(Subscription).Group(Group).Resource(ApiPaths.WorkspaceType, Name);

    /// <inheritdoc />
    protected override object? Subject => Id;

    /// <inheritdoc />
    protected sealed override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var view = await Workspaces.OpenAsync(Id, cancellationToken);
        View = view;
        await LoadAsync(view, cancellationToken);
    }

    /// <summary>Asks the API for what the page shows beside.</summary>
    protected abstract Task LoadAsync(WorkspaceView view, CancellationToken cancellationToken);
}
