using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atrium.Inference.Speaking.Espeak;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Models;

/// <summary>The <c>Speaking</c> section of the configuration: what speaks languages other than English.</summary>
internal sealed class SpeakingSettings : ISettingRules
{
    public const string Section = "Speaking";
    private const string Bubblewrap = "bubblewrap";
    private const string None = "none";

    [Description("The espeak-ng program (Debian: espeak-ng), whose voices are offered where it is installed: a name that PATH leads to, or a path.")]
    public string Espeak { get; set; } = "espeak-ng";

    [Description("What espeak-ng is locked into: bubblewrap gives it the system's programs to read and no network. With none it runs with the hub's rights (but its time and memory are bounded all the same).")]
    [AllowedValues(Bubblewrap, None)]
    public string Sandbox { get; set; } = Bubblewrap;

    public EspeakOptions Options => new() { Program = Espeak, Bubblewrap = Sandbox == Bubblewrap ? new EspeakOptions().Bubblewrap : null };

    public IEnumerable<SettingProblem> Check() => [];
}
