using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Gateway.Batches;

/// <summary>The <c>Batches</c> section of the configuration.</summary>
internal sealed class BatchOptions : ISettingRules
{
    public const string Section = "Batches";

    [Description("How many requests the batches of one project, or of an account itself, may have that are not answered yet. A batch that would go beyond it fails, and its error says so.")]
    [Range(1, 1_000_000_000)]
    public int MostRequests { get; set; } = 1_000_000;

    public IEnumerable<SettingProblem> Check() => [];
}
