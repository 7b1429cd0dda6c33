using Atrium.Inference;
using Atrium.Inference.Video;
using Atrium.Inference.Vision;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Video;

/// <summary>Watches a video: a picture a second, and of those that show something new what is there and what can be read.</summary>
internal sealed class VideoWatcher(VideoDecoder decoder, EmbeddedEngines engines, TimeProvider clock)
{
    private const double PicturesPerSecond = 1;

    /// <summary>Videos together are one of those who take turns.</summary>
    private const string Lane = VideoJob.Kind;

    /// <summary>Watched before it is written down how far it is: what a crash costs.</summary>
    private static readonly TimeSpan Stretch = TimeSpan.FromSeconds(60);

    /// <summary>From where it stands to the end.</summary>
    /// <param name="files">Of the job.</param>
    /// <param name="duration">Of the video.</param>
    /// <param name="tell">Learns how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="VideoRefusedException">It cannot be decoded.</exception>
    public async Task<IReadOnlyList<Shot>> WatchAsync(VideoFiles files, TimeSpan duration, Action<TimeSpan> tell, CancellationToken cancellationToken)
    {
        var position = files.ReadPosition();
        while (position.Time < duration)
        {
            var gate = new SceneGate(position.Gate);
            var shots = position.Shots.ToList();
            await foreach (var frame in decoder.FramesAsync(files.Input, position.Time, Stretch, PicturesPerSecond, cancellationToken))
            {
                if (gate.Passes(frame))
                {
                    shots.Add(await LookAsync(frame, cancellationToken));
                }

                tell(frame.Time);
            }

            position = new(position.Time + Stretch, gate.State, shots);
            files.WritePosition(position);
        }

        return position.Shots;
    }

    private async Task<Shot> LookAsync(VideoFrame frame, CancellationToken cancellationToken)
    {
        using var picture = frame.ToPicture();
        using var analyzer = await engines.ImagesAsync(cancellationToken);
        var things = await PatientlyAsync(() => analyzer.Model.DetectAsync(picture, Lane, cancellationToken), cancellationToken);
        var lines = await PatientlyAsync(() => analyzer.Model.ReadAsync(picture, Lane, cancellationToken), cancellationToken);
        return new(
            frame.Time,
            [.. things.Select(thing => new Thing(thing.Label, thing.Confidence, thing.Box.X, thing.Box.Y, thing.Box.Width, thing.Box.Height))],
            things.Count(thing => thing.IsPerson),
            [.. lines.Select(line => line.Text)],
            Captions.Of(things).Text);
    }

    /// <summary>Those who wait for an answer go first: where the model has no room, this waits.</summary>
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> look, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await look();
            }
            catch (InferenceQueueFullException full)
            {
                await Task.Delay(full.RetryAfter, clock, cancellationToken);
            }
        }
    }
}
