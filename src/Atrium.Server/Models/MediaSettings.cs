using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atrium.Inference.Media;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Models;

/// <summary>The <c>Media</c> section of the configuration: what decodes compressed audio and video.</summary>
internal sealed class MediaSettings : ISettingRules
{
    public const string Section = "Media";

    /// <summary>The decoder is locked in by bubblewrap.</summary>
    public const string Bubblewrap = "bubblewrap";
    private const string None = "none";

    [Description("The ffmpeg program, which decodes all audio but WAV, and video: a name that PATH leads to, or a path.")]
    public string Ffmpeg { get; set; } = "ffmpeg";

    [Description("What the decoder is locked into: bubblewrap gives it its one input and nothing else. With none it runs with the hub's rights (but its time and memory are bounded all the same); only for a hub that is locked in itself, such as in a container.")]
    [AllowedValues(Bubblewrap, None)]
    public string Sandbox { get; set; } = Bubblewrap;

    public MediaOptions Options => new() { Ffmpeg = Ffmpeg, Bubblewrap = Sandbox == Bubblewrap ? new MediaOptions().Bubblewrap : null };

    public IEnumerable<SettingProblem> Check() => [];
}
