using Atrium.Inference.ProtectedTexts;
using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Safety;

/// <summary>The index of the administrator's texts, made at its first use and again when a file has changed.</summary>
internal sealed class ProtectedTexts(IOptions<SafetyOptions> options, IOptions<AtriumOptions> hosting, TimeProvider clock) : IDisposable
{
    /// <summary>How old a look at the folder may be.</summary>
    private static readonly TimeSpan LookAge = TimeSpan.FromSeconds(2);

    private readonly string folder = options.Value.FolderIn(hosting.Value.Data);
    private readonly SemaphoreSlim gate = new(1, 1);
    private ProtectedTextIndex? index;
    private (string, long, DateTime)[] seen = [];
    private DateTimeOffset lookedAt = DateTimeOffset.MinValue;

    /// <exception cref="ApiException">503: there are no texts, or they cannot be read.</exception>
    public async ValueTask<ProtectedTextIndex> GetAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (index is null || (clock.GetUtcNow() - lookedAt).Duration() >= LookAge)
            {
                await Task.Run(Look, cancellationToken);
            }

            return index is { Passages: > 0 }
                ? index
                : throw ApiException.Unavailable(
                    "ProtectedTextsMissing", $"There are no texts to compare with. The administrator puts text files into the folder of the setting {SafetyOptions.Section}:{nameof(SafetyOptions.ProtectedTexts)}.");
        }
        catch (Exception unread) when (unread is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw ApiException.Unavailable("ProtectedTextsUnreadable", unread is InvalidDataException ? unread.Message : "A file of the protected texts cannot be read.");
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private void Look()
    {
        var files = ProtectedTextFolder.FilesIn(folder);
        (string, long, DateTime)[] found = [.. files.Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc))];
        if (index is null || !found.AsSpan().SequenceEqual(seen))
        {
            // Not the old ones any more, should the new ones not be readable.
            index = null;
            index = ProtectedTextFolder.Read(files);
            seen = found;
        }

        lookedAt = clock.GetUtcNow();
    }
}
