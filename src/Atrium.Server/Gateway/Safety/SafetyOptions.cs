using System.ComponentModel;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Gateway.Safety;

/// <summary>The <c>Safety</c> section of the configuration.</summary>
internal sealed class SafetyOptions : ISettingRules
{
    public const string Section = "Safety";

    [Description("Folder of text files (.txt, .md; UTF-8) that 'text:detectProtectedMaterial' finds quotations of, 64 MB at most. A change is seen a moment later.")]
    [DefaultText("the folder `protected-texts` in the data folder")]
    public string? ProtectedTexts { get; set; }

    public string FolderIn(string data) => ProtectedTexts ?? Path.Combine(data, "protected-texts");

    public IEnumerable<SettingProblem> Check()
    {
        if (ProtectedTexts is { } folder && !System.IO.Directory.Exists(folder))
        {
            yield return new($"{Section}:ProtectedTexts", folder, "the path of a folder that is there");
        }
    }
}
