using Atrium.Inference.Hearing.Phrases;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Hearing;

/// <summary>A token that was written, how sure the model was, and where in the audio it looked (a row of frames for each of the heads that tell; null if not asked for).</summary>
internal readonly record struct WrittenToken(int Id, float LogProbability, float[]? Attention);

/// <summary>What the model wrote for a piece of audio. The last token is the end, unless the writing was cut short.</summary>
/// <param name="Tokens">In order.</param>
/// <param name="Frames">How many the audio has.</param>
internal sealed record Writing(IReadOnlyList<WrittenToken> Tokens, int Frames);

/// <summary>Runs Moonshine: the audio is encoded once, then token after token is written, the likeliest each time, unless phrases are expected. Calls may overlap.</summary>
internal sealed class MoonshineDecoder(string folder) : IDisposable
{
    /// <summary>Nobody speaks faster. What the model writes beyond it is made up, and is cut off.</summary>
    private const double MostTokensPerSecond = 6.5;
    private const int LeastTokens = 8;

    /// <summary>A run of the same tokens again and again is the model's known way of going astray.</summary>
    private const int LongestLoop = 6;
    private const int MostRepeats = 4;

    private static readonly RunOptions Options = new();

    private readonly InferenceSession _encoder = SpeechSession.Open(MoonshineModel.EncoderFile(folder));
    private readonly InferenceSession _decoder = SpeechSession.Open(MoonshineModel.DecoderFile(folder));

    /// <summary>What the encoder makes of audio.</summary>
    public EncodedSpeech Encode(float[] samples)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(samples, [1, samples.Length]);
        return new(_encoder.Run(Options, ["input_values"], [input], ["last_hidden_state"]), samples.Length);
    }

    /// <param name="speech">The audio.</param>
    /// <param name="wantsAttention">Whether it is told where in the audio the model looks.</param>
    /// <param name="isSpeech">Whether something is written at any rate: the likeliest beginning, be the end likelier.</param>
    /// <param name="phrases">That are expected; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Writing Write(EncodedSpeech speech, bool wantsAttention, bool isSpeech, PhraseTrie? phrases, CancellationToken cancellationToken)
    {
        var most = LeastTokens + (int)(speech.Samples * MostTokensPerSecond / SpeechAudio.SampleRate);
        using var run = new MoonshineRun(_decoder, speech, wantsAttention);
        var tokens = phrases is null ? Likeliest(run, most, isSpeech, cancellationToken) : new PhraseSearch(run, phrases, most, isSpeech).Write(cancellationToken);
        return new(WithoutLoop(tokens), speech.Frames);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private static List<WrittenToken> Likeliest(MoonshineRun run, int most, bool isSpeech, CancellationToken cancellationToken)
    {
        var (tokens, step) = (new List<WrittenToken>(), run.First);
        try
        {
            while (true)
            {
                var best = step.Best(goesOn: isSpeech && tokens.Count == 0);
                tokens.Add(new(best, (float)(step.Logits[best] - step.LogSum()), run.Attention(step)));
                if (IsOver(tokens, most))
                {
                    return tokens;
                }

                cancellationToken.ThrowIfCancellationRequested();
                var next = run.Next(step, best);
                (step, var last) = (next, step);
                Leave(last);
            }
        }
        finally
        {
            Leave(step);
        }

        void Leave(MoonshineStep left)
        {
            if (left != run.First)
            {
                left.Dispose();
            }
        }
    }

    /// <summary>Whether nothing more is written: it is the end, it is more than anybody says, or the model has gone astray.</summary>
    public static bool IsOver(List<WrittenToken> tokens, int most) => tokens[^1].Id == MoonshineModel.End || tokens.Count >= most || LoopLength(tokens) > 0;

    private static List<WrittenToken> WithoutLoop(List<WrittenToken> tokens) =>
        LoopLength(tokens) is > 0 and var length ? tokens[..(tokens.Count - (length * (MostRepeats - 1)))] : tokens;

    /// <summary>How many tokens the end repeats; 0 where it does not.</summary>
    private static int LoopLength(List<WrittenToken> tokens)
    {
        for (var length = 1; length <= LongestLoop && length * MostRepeats <= tokens.Count; length++)
        {
            var repeats = true;
            for (var i = tokens.Count - (length * (MostRepeats - 1)); i < tokens.Count && repeats; i++)
            {
                repeats = tokens[i].Id == tokens[i - length].Id;
            }

            if (repeats)
            {
                return length;
            }
        }

        return 0;
    }
}
