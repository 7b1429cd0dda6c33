using System.ComponentModel;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Encryption;

/// <summary>
/// A vault outside of this installation, and who asks it. Its credentials come from the settings and from no connection: what a connection keeps lies under the very
/// keys that the vault has to open first.
/// </summary>
internal sealed class ExternalVaultOptions
{
    private const string Addresses = "an https address; http only on loopback";

    [Description("A key vault elsewhere whose keys hubs may name as customer-managed keys: Azure Key Vault (https://NAME.vault.azure.net), or what speaks its REST protocol. For the vault of another Atrium https://HOST/vaults/NAME.")]
    [AllowedText(Addresses)]
    public string Uri { get; set; } = "";

    [Description("Where tokens for it are issued: https://login.microsoftonline.com/TENANT, or https://HOST/TENANT of another Atrium.")]
    [AllowedText(Addresses)]
    public string Authority { get; set; } = "";

    [Description("The service principal that asks it. It needs the role Key Vault Crypto Service Encryption User there.")]
    public string ClientId { get; set; } = "";

    [Description("Its secret.")]
    [PasswordPropertyText(true)]
    public string ClientSecret { get; set; } = "";

    [Description("For whom its tokens are.")]
    public string Audience { get; set; } = "https://vault.azure.net";

    public IEnumerable<SettingProblem> Check(string key)
    {
        foreach (var (name, value) in new[] { (nameof(Uri), Uri), (nameof(Authority), Authority) })
        {
            if (!System.Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Query.Length > 0 || !(address.Scheme is "https" || (address.Scheme is "http" && address.IsLoopback)))
            {
                yield return new($"{key}:{name}", value.Length == 0 ? "nothing" : value, Addresses);
            }
        }

        foreach (var (name, value) in new[] { (nameof(ClientId), ClientId), (nameof(ClientSecret), ClientSecret), (nameof(Audience), Audience) })
        {
            if (value.Length == 0)
            {
                yield return new($"{key}:{name}", "nothing", "some text");
            }
        }
    }
}
