using System.ComponentModel;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Audit;

/// <summary>The <c>Audit</c> section of the configuration: where the activity log is sent as it grows.</summary>
internal sealed class AuditOptions : ISettingRules
{
    public const string Section = "Audit";

    [Description("File to which every row of the activity log is appended as a line of JSON. Rotate it by renaming: the next row makes a new one.")]
    public string? ExportFile { get; set; }

    [Description("Address to which the rows of the activity log are posted as CloudEvents (a JSON array, application/cloudevents-batch+json), in order and each at least once.")]
    [AllowedText("an https address, or an http address of this machine or of a network in Network:AllowedPrivateRanges")]
    public string? Webhook { get; set; }

    [Description("Value of the Authorization header that is sent to Audit:Webhook.")]
    public string? WebhookAuthorization { get; set; }

    public IEnumerable<SettingProblem> Check()
    {
        if (Webhook is { } address && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            yield return new($"{Section}:Webhook", address, "an address that begins with https:// or http://");
        }

        if (ExportFile is { } file && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
        {
            yield return new($"{Section}:ExportFile", file, "a path in a folder that is there");
        }
    }
}
