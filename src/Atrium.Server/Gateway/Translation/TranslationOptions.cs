using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atrium.Inference.Translation;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Gateway.Translation;

/// <summary>The <c>Translation</c> section of the configuration.</summary>
internal sealed class TranslationOptions : ISettingRules
{
    public const string Section = "Translation";
    private const string Bubblewrap = "bubblewrap";
    private const string None = "none";

    [Description("The Apertium program (Debian: apertium), which translates between the pairs of languages that are installed for it: a name that PATH leads to, or a path.")]
    public string Apertium { get; set; } = "apertium";

    [Description("Folder of Apertium's pairs of languages. One that is added is seen at the next call.")]
    public string Pairs { get; set; } = "/usr/share/apertium";

    [Description("What Apertium is locked into: bubblewrap gives it the system's programs to read and no network. With none it runs with the hub's rights (but its time and memory are bounded all the same).")]
    [AllowedValues(Bubblewrap, None)]
    public string Sandbox { get; set; } = Bubblewrap;

    [Description("Name of the chat deployment that translates what Apertium does not, where an account or project has one of that name.")]
    [MinLength(1)]
    public string Deployment { get; set; } = "translator";

    public ApertiumOptions Engine => new() { Program = Apertium, Data = Pairs, Bubblewrap = Sandbox == Bubblewrap ? "bwrap" : null };

    public IEnumerable<SettingProblem> Check() => [];
}
