using System.Net.Sockets;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>Fetches an audio file to the disk, as it comes and within bounds, where the managed network lets it.</summary>
internal sealed class AudioFetch(EgressClient egress)
{
    /// <summary>URLs are the callers', so they are followed as far as the network rules let them.</summary>
    public static readonly EgressDoor Door = new("transcription-input", "An audio file that a transcription names by its URL") { MaxRedirects = 5 };

    public const long MostBytes = 1024L * 1024 * 1024;
    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(30);

    /// <param name="url">Where it is.</param>
    /// <param name="workspace">Key of the hub or project whose network decides; null for none.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FetchRefusedException">It may not be fetched, or nothing usable came. The message is for the caller.</exception>
    public async Task FetchAsync(string url, string? workspace, string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Whole);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url));
            using var answer = await egress.SendAsync(new(Door, workspace), request, limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw new FetchRefusedException($"The address answered {(int)answer.StatusCode}.");
            }

            await using var from = await answer.Content.ReadAsStreamAsync(limit.Token);
            await SaveAsync(from, path, limit.Token);
        }
        catch (EgressRefusedException refused)
        {
            throw new FetchRefusedException(refused.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FetchRefusedException($"It did not come within {Whole.TotalMinutes} minutes.");
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or HttpIOException)
        {
            throw new FetchRefusedException(EgressRefusedException.UnreachableMessage);
        }
    }

    /// <summary>Writes a stream to a file.</summary>
    /// <exception cref="FetchRefusedException">It is too long.</exception>
    public static async Task SaveAsync(Stream from, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = PrivateFile.OwnerOnly });
        var chunk = new byte[128 * 1024];
        for (int read; (read = await from.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (file.Length + read > MostBytes)
            {
                throw new FetchRefusedException($"There are more than {MostBytes} bytes at it.");
            }

            await file.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        }
    }
}
