using System.Runtime.CompilerServices;
using Atrium.Inference.Hearing;

namespace Atrium.Inference.Speakers.Diarization;

/// <summary>An audio that is listened to for who speaks. One caller at a time.</summary>
public sealed class DiarizedAudio : IDisposable
{
    /// <summary>Audio that is looked through at a turn.</summary>
    private const int SamplesPerTurn = 5 * SpeechAudio.SampleRate;

    private readonly FairQueue _queue;
    private readonly string _lane;
    private readonly IDisposable _place;
    private readonly SpeakerFrames _frames;
    private readonly GuestList _guests = new();

    internal DiarizedAudio(VoiceActivity voice, FairQueue queue, string lane)
    {
        (_queue, _lane, _place) = (queue, lane, queue.Enter(lane));
        _frames = new(voice);
    }

    /// <summary>Listens to audio as somebody else takes it; what is told later is of what went by.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<float>> Follow(IAsyncEnumerable<ReadOnlyMemory<float>> audio, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var piece in audio.WithCancellation(cancellationToken))
        {
            for (var rest = piece; rest.Length > 0; rest = rest[Math.Min(rest.Length, SamplesPerTurn)..])
            {
                var next = rest[..Math.Min(rest.Length, SamplesPerTurn)];
                await _queue.RunAsync(
                    _lane,
                    () =>
                    {
                        _frames.Push(next.Span);
                        return true;
                    },
                    cancellationToken);
            }

            yield return piece;
        }
    }

    /// <summary>Who spoke when, of the whole audio.</summary>
    /// <param name="least">Speakers at least; a hint, for one who hardly speaks is not told apart.</param>
    /// <param name="most">Speakers at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SpeakerTurns> TurnsAsync(int least, int most, CancellationToken cancellationToken)
    {
        var features = _frames.Begin();
        await RunAsync(_frames.Steps(features), cancellationToken);
        var clusters = new SpeakerClusters(features, least, most);
        await RunAsync(clusters.Steps(), cancellationToken);
        return new([.. Enumerable.Range(0, features.Count).Select(features.Time)], clusters.Labels);
    }

    /// <summary>Who says a phrase that was just heard, from 1 on, by those who were heard before; null where it is too short to tell. What was said once is not taken back.</summary>
    public Task<int?> GuestAsync(TimeSpan offset, TimeSpan duration, CancellationToken cancellationToken) =>
        _queue.RunAsync(_lane, () => _guests.Find(_frames.Features(_frames.FirstFrom(offset), _frames.FirstFrom(offset + duration))), cancellationToken);

    /// <summary>Each step when it is the turn of the lane.</summary>
    private async Task RunAsync(IEnumerable<bool> work, CancellationToken cancellationToken)
    {
        using var steps = work.GetEnumerator();
        while (await _queue.RunAsync(_lane, steps.MoveNext, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _place.Dispose();
        _frames.Dispose();
    }
}
