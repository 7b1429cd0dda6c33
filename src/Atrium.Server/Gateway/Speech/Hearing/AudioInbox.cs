using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>Where audio lies on the disk while a call works on it. What a crash left there goes at the next start.</summary>
internal sealed class AudioInbox
{
    private readonly string folder;

    public AudioInbox(IOptions<AtriumOptions> options)
    {
        folder = Path.Combine(options.Value.Data, "audio");
        if (System.IO.Directory.Exists(folder))
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }

        PrivateFile.CreateFolder(folder);
    }

    /// <summary>A place for one file, which goes when it is disposed.</summary>
    public AudioPlace NewPlace() => new(Path.Combine(folder, Guid.NewGuid().ToString("N")));
}

/// <summary>A place for one file.</summary>
internal sealed record AudioPlace(string Path) : IDisposable
{
    public void Dispose() => File.Delete(Path);
}
