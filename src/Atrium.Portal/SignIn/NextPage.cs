using Atrium.Portal.Frame;

namespace Atrium.Portal.SignIn;

/// <summary>Where a sign-in leads. Pure.</summary>
public static class NextPage
{
    /// <summary>The page that was asked for, if it is one of the portal's own; its first one otherwise. An address elsewhere would make the sign-in a lure.</summary>
    public static string Of(string? asked) =>
        asked is not null
        && (asked == PortalLinks.Home || asked.StartsWith($"{PortalLinks.Home}/", StringComparison.Ordinal) || asked.StartsWith($"{PortalLinks.Home}?", StringComparison.Ordinal))
        && !asked.StartsWith(PortalLinks.SignIn, StringComparison.Ordinal)
        && !asked.Any(c => char.IsControl(c) || c == '\\')
            ? asked
            : PortalLinks.Home;
}
