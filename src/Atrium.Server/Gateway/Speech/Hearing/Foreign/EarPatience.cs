using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>How long one transcription waits for a recognizer elsewhere that is busy, failing, slow or away: over all its files, so that none of it keeps others out for long.</summary>
internal sealed class EarPatience(TimeProvider clock)
{
    private const int MostTries = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private TimeSpan lost;

    /// <summary>Asks, and again where what went wrong may pass.</summary>
    /// <exception cref="EarRefusedException">It will not be heard there, or not soon.</exception>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var begun = clock.GetTimestamp();
            try
            {
                return await ask();
            }
            catch (ApiException refused)
            {
                if (!refused.MayPass)
                {
                    throw new EarRefusedException(refused.Message, refused.Status);
                }

                if (!await RestAsync(tries, begun, refused.RetryAfter, cancellationToken))
                {
                    throw new EarRefusedException($"{refused.Message} It was tried {(tries == 1 ? "once" : $"{tries} times")}; a transcription waits {Longest.TotalMinutes:0} minutes in all.", refused.Status);
                }
            }
        }
    }

    /// <summary>Rests before the next try: a second, and each time twice as long, or as long as the server wants. False where there is to be none.</summary>
    private async ValueTask<bool> RestAsync(int tries, long begun, TimeSpan? wanted, CancellationToken cancellationToken)
    {
        var rest = TimeSpan.FromSeconds(Math.Pow(2, tries - 1));
        rest = wanted > rest ? wanted.Value : rest;
        lost += clock.GetElapsedTime(begun);
        if (tries >= MostTries || lost + rest > Longest)
        {
            return false;
        }

        lost += rest;
        await Task.Delay(rest, clock, cancellationToken);
        return true;
    }
}

/// <summary>Why a recognizer elsewhere did not write something down, in words for the caller.</summary>
/// <param name="message">The reason.</param>
/// <param name="status">Of the call, for its row of usage.</param>
internal sealed class EarRefusedException(string message, int status) : Exception(message)
{
    public int Status => status;
}
