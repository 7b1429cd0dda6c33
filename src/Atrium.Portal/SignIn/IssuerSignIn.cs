using System.Collections.Frozen;
using Atrium.Portal.Frame;
using Atrium.Portal.Hosting;

namespace Atrium.Portal.SignIn;

/// <summary>How a sign-in at an outside issuer that did not succeed is told on the sign-in page: by its address, for the issuer leads back to another one. Pure.</summary>
public static class IssuerSignIn
{
    private static readonly FrozenDictionary<string, PortalSignIn> Problems = new Dictionary<string, PortalSignIn>
    {
        ["away"] = PortalSignIn.IssuerAway,
        ["denied"] = PortalSignIn.IssuerDenied,
        ["refused"] = PortalSignIn.IssuerRefused,
        ["token"] = PortalSignIn.IssuerNotForUs,
        ["interrupted"] = PortalSignIn.Interrupted,
    }.ToFrozenDictionary();

    /// <summary>Address of the page that tells it.</summary>
    public static string PageOf(PortalIssuerSignIn ended) =>
        $"{PortalLinks.SignIn}?problem={Problems.First(p => p.Value == ended.Outcome).Key}"
        + (ended.Issuer is { } issuer ? $"&issuer={issuer}" : "")
        + (ended.Next is { } next ? $"&next={Uri.EscapeDataString(next)}" : "");

    /// <summary>What an address tells; null for nothing that is known.</summary>
    public static PortalSignIn? Find(string? problem) => problem is not null && Problems.TryGetValue(problem, out var found) ? found : null;
}
