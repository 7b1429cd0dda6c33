using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Images;

/// <summary>Where the images of a form lie on the disk while a call passes them on. What a crash left there goes at the next start.</summary>
internal sealed class ImageInbox
{
    private readonly string folder;

    public ImageInbox(IOptions<AtriumOptions> options)
    {
        folder = Path.Combine(options.Value.Data, "image-forms");
        if (System.IO.Directory.Exists(folder))
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }

        PrivateFile.CreateFolder(folder);
    }

    /// <summary>A folder for one form, which goes when it is disposed.</summary>
    public FormFolder NewFolder()
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        PrivateFile.CreateFolder(path);
        return new(path);
    }
}

/// <summary>A folder for the files of one form.</summary>
internal sealed record FormFolder(string Path) : IDisposable
{
    public void Dispose() => System.IO.Directory.Delete(Path, recursive: true);
}
