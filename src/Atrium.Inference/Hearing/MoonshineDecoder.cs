using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Hearing;

/// <summary>A token that was written, how sure the model was, and where in the audio it looked (a row of frames for each of the heads that tell; null if not asked for).</summary>
internal readonly record struct WrittenToken(int Id, float LogProbability, float[]? Attention);

/// <summary>What the model wrote for a piece of audio. The last token is the end, unless the writing was cut short.</summary>
/// <param name="Tokens">In order.</param>
/// <param name="Frames">How many the audio has.</param>
internal sealed record Writing(IReadOnlyList<WrittenToken> Tokens, int Frames);

/// <summary>Runs Moonshine: the audio is encoded once, then token after token is written, the likeliest each time. Calls may overlap.</summary>
internal sealed class MoonshineDecoder(string folder) : IDisposable
{
    /// <summary>Nobody speaks faster. What the model writes beyond it is made up, and is cut off.</summary>
    private const double MostTokensPerSecond = 6.5;
    private const int LeastTokens = 8;

    /// <summary>A run of the same tokens again and again is the model's known way of going astray.</summary>
    private const int LongestLoop = 6;
    private const int MostRepeats = 4;

    private static readonly string[] Caches = [.. Enumerable.Range(0, MoonshineModel.Layers).SelectMany(layer => CachesOf(layer))];
    private static readonly string[] Inputs = ["input_ids", "encoder_hidden_states", "use_cache_branch", .. Caches.Select(c => $"past_key_values.{c}")];
    private static readonly string[] FirstOutputs = ["logits", .. Caches.Select(c => $"present.{c}")];
    private static readonly string[] NextOutputs = ["logits", .. Caches.Where(IsOfDecoder).Select(c => $"present.{c}")];
    private static readonly int[] AlignmentLayers = [.. MoonshineModel.AlignmentHeads.Select(head => head.Layer).Distinct()];
    private static readonly string[] Attentions = [.. AlignmentLayers.Select(MoonshineModel.Attention)];
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
    /// <param name="cancellationToken">Ends it.</param>
    public Writing Write(EncodedSpeech speech, bool wantsAttention, bool isSpeech, CancellationToken cancellationToken)
    {
        var tokens = new List<WrittenToken>();
        var most = LeastTokens + (int)(speech.Samples * MostTokensPerSecond / SpeechAudio.SampleRate);

        using var no = OrtValue.CreateTensorValueFromMemory<bool>([false], [1]);
        using var yes = OrtValue.CreateTensorValueFromMemory<bool>([true], [1]);
        using var none = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, [1, MoonshineModel.Heads, 0, MoonshineModel.HeadSize]);
        var token = new long[] { MoonshineModel.Begin };
        using var id = OrtValue.CreateTensorValueFromMemory(token, [1, 1]);
        OrtValue[] inputs = [id, speech.Value, no, .. Caches.Select(_ => none)];
        using var first = _decoder.Run(Options, Inputs, inputs, Outputs(FirstOutputs, wantsAttention));
        Take(first, FirstOutputs.Length, tokens, wantsAttention, isSpeech);
        inputs[2] = yes;
        for (var i = 0; i < Caches.Length; i++)
        {
            inputs[3 + i] = first[1 + i];
        }

        IDisposableReadOnlyCollection<OrtValue>? last = null;
        try
        {
            while (tokens[^1].Id != MoonshineModel.End && tokens.Count < most && !IsLoop(tokens))
            {
                cancellationToken.ThrowIfCancellationRequested();
                token[0] = tokens[^1].Id;
                var next = _decoder.Run(Options, Inputs, inputs, Outputs(NextOutputs, wantsAttention));
                last?.Dispose();
                last = next;
                Take(next, NextOutputs.Length, tokens, wantsAttention, goesOn: false);
                for (int i = 0, output = 1; i < Caches.Length; i++)
                {
                    // What was made of the audio stays as the first run made it.
                    if (IsOfDecoder(Caches[i]))
                    {
                        inputs[3 + i] = next[output++];
                    }
                }
            }
        }
        finally
        {
            last?.Dispose();
        }

        return new(WithoutLoop(tokens), speech.Frames);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private static IEnumerable<string> CachesOf(int layer) => [$"{layer}.decoder.key", $"{layer}.decoder.value", $"{layer}.encoder.key", $"{layer}.encoder.value"];

    private static bool IsOfDecoder(string cache) => cache.Contains(".decoder.", StringComparison.Ordinal);

    private static string[] Outputs(string[] always, bool wantsAttention) => wantsAttention ? [.. always, .. Attentions] : always;

    private static void Take(IDisposableReadOnlyCollection<OrtValue> outputs, int attentionAt, List<WrittenToken> tokens, bool wantsAttention, bool goesOn)
    {
        var logits = outputs[0].GetTensorDataAsSpan<float>();
        var best = TensorPrimitives.IndexOfMax(logits);
        if (goesOn && best == MoonshineModel.End)
        {
            // The first tokens of the vocabulary are marks and no text.
            best = MoonshineModel.End + 1 + TensorPrimitives.IndexOfMax(logits[(MoonshineModel.End + 1)..]);
        }

        tokens.Add(new(best, LogProbability(logits, best), wantsAttention ? Rows(outputs, attentionAt) : null));
    }

    private static float LogProbability(ReadOnlySpan<float> logits, int chosen)
    {
        var top = TensorPrimitives.Max(logits);
        var sum = 0.0;
        foreach (var logit in logits)
        {
            // Beyond this nothing is left of it in the sum.
            if (logit > top - 20)
            {
                sum += Math.Exp(logit - top);
            }
        }

        return (float)(logits[chosen] - top - Math.Log(sum));
    }

    /// <summary>Of each layer there are the rows of all heads, one behind the other.</summary>
    private static float[] Rows(IDisposableReadOnlyCollection<OrtValue> outputs, int first)
    {
        var frames = outputs[first].GetTensorDataAsSpan<float>().Length / MoonshineModel.Heads;
        var rows = new float[MoonshineModel.AlignmentHeads.Count * frames];
        for (var i = 0; i < MoonshineModel.AlignmentHeads.Count; i++)
        {
            var (layer, head) = MoonshineModel.AlignmentHeads[i];
            outputs[first + Array.IndexOf(AlignmentLayers, layer)].GetTensorDataAsSpan<float>().Slice(head * frames, frames).CopyTo(rows.AsSpan(i * frames));
        }

        return rows;
    }

    private static bool IsLoop(List<WrittenToken> tokens) => LoopLength(tokens) > 0;

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
