using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Atrium.Server.Connections;

/// <summary>The <c>Connections</c> section of the configuration.</summary>
internal sealed class ConnectionsOptions
{
    public const string Section = "Connections";

    [Description("Days after which the secret of a connection is due to be replaced. 0: age alone makes none due.")]
    [Range(0, 3650)]
    public int RotateAfterDays { get; set; } = 180;

    [Description("Days before a connection's secret expires on which it becomes due.")]
    [Range(0, 3650)]
    public int RemindDays { get; set; } = 30;
}
