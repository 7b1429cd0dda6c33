using System.ComponentModel;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Encryption;

/// <summary>The <c>Encryption</c> section of the configuration.</summary>
internal sealed class EncryptionOptions : ISettingRules
{
    public const string Section = "Encryption";

    [Description("Whether the contents of blobs, images and files are encrypted on the disk, each project's under a key of its own. In hubs with a customer-managed key they always are. What was written before stays as it is.")]
    public bool Artifacts { get; set; }

    /// <summary>Vaults elsewhere whose keys hubs may name.</summary>
    public List<ExternalVaultOptions> Vaults { get; set; } = [];

    public IEnumerable<SettingProblem> Check() => Vaults.SelectMany((vault, i) => vault.Check($"{Section}:Vaults:{i}"));
}
