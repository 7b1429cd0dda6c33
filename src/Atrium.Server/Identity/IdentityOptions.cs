using System.ComponentModel;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Identity;

/// <summary>The <c>Identity</c> section of the configuration.</summary>
internal sealed class IdentityOptions : ISettingRules
{
    public const string Section = "Identity";

    /// <summary>Outside OpenID Connect issuers whose tokens are taken.</summary>
    public List<ExternalIssuerOptions> Issuers { get; set; } = [];

    public IEnumerable<SettingProblem> Check() => Issuers.SelectMany((issuer, i) => issuer.Check($"{Section}:Issuers:{i}"));
}

/// <summary>One outside issuer.</summary>
internal sealed class ExternalIssuerOptions
{
    [Description("An outside OpenID Connect issuer whose tokens are taken, such as a Microsoft Entra tenant: the address below which /.well-known/openid-configuration lies.")]
    [AllowedText("an https address; http only on loopback")]
    public string Authority { get; set; } = "";

    [Description("What the `aud` of its tokens must be: the application that stands for Atrium there.")]
    public string Audience { get; set; } = "";

    [Description("The claim with the caller's name.")]
    public string NameClaim { get; set; } = "preferred_username";

    [Description("The claim with the caller's groups.")]
    public string GroupsClaim { get; set; } = "groups";

    [Description("Its users sign in to the portal with a browser, as this client (authorization code with PKCE). Register there `{address of the hub}/portal/sign-in/return` as where it leads back to, and `{address of the hub}/portal/sign-in` as where it leads after a sign-out.")]
    public string? ClientId { get; set; }

    [Description("The secret of that client; none for a public client.")]
    [PasswordPropertyText(true)]
    public string? ClientSecret { get; set; }

    [Description("What the portal asks the issuer for. It must bring an access token with `Audience` (at Entra: `api://.../.default`), and with `offline_access` the session outlives that token.")]
    public string Scope { get; set; } = "openid profile offline_access";

    [Description("What the button on the portal's sign-in page calls the issuer.")]
    [DefaultText("the host of `Authority`")]
    public string? DisplayName { get; set; }

    public IEnumerable<SettingProblem> Check(string key)
    {
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var address) || !(address.Scheme is "https" || (address.Scheme is "http" && address.IsLoopback)))
        {
            yield return new($"{key}:Authority", Authority.Length == 0 ? "nothing" : Authority, "an https address; http only on loopback");
        }

        if (Audience.Length == 0)
        {
            yield return new($"{key}:Audience", "nothing", "the audience that this issuer's tokens for Atrium have");
        }

        if (ClientId is not null && !Scope.Split(' ').Contains("openid"))
        {
            yield return new($"{key}:Scope", Scope, "scopes with a blank between, 'openid' among them");
        }

        if (ClientId is null && ClientSecret is not null)
        {
            yield return new($"{key}:ClientId", "nothing", "the client that ClientSecret is the secret of");
        }
    }
}
