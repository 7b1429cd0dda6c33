using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Jobs;

namespace Atrium.Server.Gateway.Responses.Background;

/// <summary>Sends the events of a response that is made in the background to one who follows it, from wherever he wants to go on, until it ends or he goes away.</summary>
internal sealed class ResponseFollower(JobStore jobs, JobFolders folders, TimeProvider clock)
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Of one event; a response is no longer than this.</summary>
    private const int LongestEvent = 16 * 1024 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>Looks into the store only so often.</summary>
    private const int PausesBetweenLooks = 25;

    /// <param name="call">The follower's.</param>
    /// <param name="job">The response.</param>
    /// <param name="after">The number of the last event that he has; -1 for none.</param>
    /// <param name="cancellationToken">Ends the following, not the response.</param>
    public async Task FollowAsync(GatewayCall call, KeptJob job, int after, CancellationToken cancellationToken)
    {
        Events.Begin(call.Http.Response);
        await call.Http.Response.Body.FlushAsync(cancellationToken);
        var (folder, path) = (folders.Of(job), (string?)null);
        var (buffer, held, position) = (new byte[ChunkBytes], 0, 0L);
        for (var quiet = 0; ;)
        {
            // Asked before the file is read: what the end has written is read then.
            var isOver = quiet % PausesBetweenLooks == 0 && (await jobs.FindAsync(job.Row.Key, cancellationToken) is not { } now || BackgroundResponse.HasEnded(now.View));
            var read = 0;
            if (ResponseLog.NewestIn(folder) is { } newest)
            {
                (held, position) = newest == path ? (held, position) : (0, 0);
                path = newest;
                await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                file.Position = position;
                while ((read = await file.ReadAsync(buffer.AsMemory(held), cancellationToken)) > 0)
                {
                    (held, position, quiet) = (held + read, position + read, 0);
                    var (sent, isLast) = await SendAsync(call, buffer.AsMemory(0, held), after, cancellationToken);
                    if (isLast)
                    {
                        return;
                    }

                    buffer.AsSpan(sent, held - sent).CopyTo(buffer);
                    held -= sent;
                    if (held == buffer.Length)
                    {
                        Array.Resize(ref buffer, held < LongestEvent ? held * 2 : throw new InvalidDataException("An event of the response is too long."));
                    }
                }
            }

            if (isOver)
            {
                return;
            }

            quiet++;
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    /// <summary>Sends the whole events of what was read.</summary>
    private static async Task<(int Sent, bool IsLast)> SendAsync(GatewayCall call, ReadOnlyMemory<byte> bytes, int after, CancellationToken cancellationToken)
    {
        var sent = 0;
        var isLast = false;
        while (!isLast && bytes.Span[sent..].IndexOf("\n\n"u8) is >= 0 and var end)
        {
            var item = bytes.Slice(sent, end + 2);
            sent += item.Length;
            isLast = ResponseEvents.IsLast(item.Span);
            if (after < 0 || ResponseLog.NumberOf(item.Span) > after)
            {
                await call.Http.Response.Body.WriteAsync(item, cancellationToken);
            }
        }

        await call.Http.Response.Body.FlushAsync(cancellationToken);
        return (sent, isLast);
    }
}
