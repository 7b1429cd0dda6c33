using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>The <c>Hearing</c> section of the configuration.</summary>
internal sealed class HearingOptions : ISettingRules
{
    public const string Section = "Hearing";

    [Description("Name of the deployment that hears languages other than English and tells languages apart for the Speech APIs, where an account or project has one of that name with a connection to a server of the OpenAI API (audio/transcriptions, verbose_json).")]
    [MinLength(1)]
    public string Deployment { get; set; } = "transcriber";

    public IEnumerable<SettingProblem> Check() => [];
}
