using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Storage;

/// <summary>The <c>Storage</c> section of the configuration.</summary>
internal sealed class StorageOptions : ISettingRules
{
    public const string Section = "Storage";
    public const string FolderBackend = "folder";

    [Description("Where the contents of blobs lie.")]
    [AllowedValues(FolderBackend)]
    public string Backend { get; set; } = FolderBackend;

    [Description("Folder of blobs' contents.")]
    [DefaultText("`storage/contents` in the data folder")]
    public string? Folder { get; set; }

    [Description("Folder of file shares, a folder each. Many nodes must see the same one.")]
    [DefaultText("`storage/shares` in the data folder")]
    public string? Shares { get; set; }

    public IEnumerable<SettingProblem> Check() => [];
}
