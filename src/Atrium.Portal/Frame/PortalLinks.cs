using Atrium.Contracts;

namespace Atrium.Portal.Frame;

/// <summary>Addresses of pages. A page's address has all that it needs to be shown again.</summary>
public static class PortalLinks
{
    /// <summary>The hubs.</summary>
    public const string Home = "/portal";

    /// <summary>Where one signs in.</summary>
    public const string SignIn = "/portal/sign-in";

    /// <summary>Leads on to an outside issuer: <c>?issuer=0</c>.</summary>
    public const string SignInAt = "/portal/sign-in/at";

    /// <summary>Where an outside issuer leads back to.</summary>
    public const string SignInReturn = "/portal/sign-in/return";

    /// <summary>Where a form is posted to sign out.</summary>
    public const string SignOut = "/portal/sign-out";

    /// <summary>A page of a hub or project.</summary>
    public static string Of(ResourceId workspace, string page = "overview") =>
        $"/portal/w/{workspace.Subscription!.Name}/{Uri.EscapeDataString(workspace.ResourceGroup!.Name)}/{Uri.EscapeDataString(workspace.Name)}/{page}";
}
