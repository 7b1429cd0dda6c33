using Atrium.Contracts;
using Atrium.Portal.Api;
using Microsoft.FluentUI.AspNetCore.Components;
using Icons = Microsoft.FluentUI.AspNetCore.Components.Icons;

namespace Atrium.Portal.Frame;

/// <summary>A page that the menu and the palette lead to.</summary>
/// <param name="Key">Its name's text is <c>page.{Key}</c> with slashes as dots.</param>
/// <param name="Icon">Its picture.</param>
/// <param name="Link">Its address.</param>
public sealed record MenuEntry(string Key, Icon Icon, string Link)
{
    /// <summary>Its name's text.</summary>
    public string Text => $"page.{Key.Replace('/', '.')}";
}

/// <summary>Which pages there are. What a user's roles do not allow is not among them.</summary>
public static class Menu
{
    /// <summary>The pages of no hub or project.</summary>
    public static IReadOnlyList<MenuEntry> General { get; } =
    [
        new("hubs", new Icons.Regular.Size20.Home(), PortalLinks.Home),
        new("people", new Icons.Regular.Size20.People(), $"{PortalLinks.Home}/people"),
    ];

    /// <summary>The pages of a hub or project, by the headings of the menu (texts <c>menu.{name}</c>).</summary>
    public static IReadOnlyList<(string Heading, IReadOnlyList<MenuEntry> Pages)> Of(WorkspaceView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var id = view.Id;
        var tries = new (string Page, Icon Icon, string[] Needs)[]
        {
            ("chat", new Icons.Regular.Size20.Chat(), [Actions.Chat]),
            ("embeddings", new Icons.Regular.Size20.GridDots(), [Actions.Embed]),
            ("safety", new Icons.Regular.Size20.ShieldCheckmark(), [Actions.JudgeText]),
            ("vision", new Icons.Regular.Size20.ScanText(), [Actions.See]),
            ("speech", new Icons.Regular.Size20.Mic(), [Actions.Hear, Actions.Speak]),
            ("translation", new Icons.Regular.Size20.Translate(), [Actions.Translate]),
        };
        var playground = tries.Where(t => t.Needs.Any(view.CanUse)).Select(t => Page(id, $"playground/{t.Page}", t.Icon)).ToList();
        var overview = Page(id, "overview", new Icons.Regular.Size20.Home());
        var use = (IReadOnlyList<MenuEntry>)
        [
            .. view.Self.IsHub ? [Page(id, "projects", new Icons.Regular.Size20.BoxMultiple())] : Array.Empty<MenuEntry>(),
            Page(id, "deployments", new Icons.Regular.Size20.Rocket()),
            Page(id, "connections", new Icons.Regular.Size20.PlugConnected()),
            Page(id, "keys", new Icons.Regular.Size20.Key()),
        ];
        var manage = (IReadOnlyList<MenuEntry>)
        [
            Page(id, "usage", new Icons.Regular.Size20.DataBarVertical()),
            Page(id, "access", new Icons.Regular.Size20.PersonKey()),
            Page(id, "settings", new Icons.Regular.Size20.Settings()),
            Page(id, "activity", new Icons.Regular.Size20.History()),
            Page(id, "resources", new Icons.Regular.Size20.CubeTree()),
        ];
        return [("", [overview]), ("build", use), .. playground.Count > 0 ? [("playground", playground)] : Array.Empty<(string, IReadOnlyList<MenuEntry>)>(), ("manage", manage)];
    }

    private static MenuEntry Page(ResourceId id, string page, Icon icon) => new(page, icon, PortalLinks.Of(id, page));
}
