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
    }
}
