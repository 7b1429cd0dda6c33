using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Atrium.Inference.Hearing;

/// <summary>The decoder over one piece of audio: what was made of the audio is kept from the first run on, and each further run takes one token. Not for several threads.</summary>
internal sealed class MoonshineRun : IDisposable
{
    private static readonly string[] Caches = [.. Enumerable.Range(0, MoonshineModel.Layers).SelectMany(layer => CachesOf(layer))];
    private static readonly string[] Inputs = ["input_ids", "encoder_hidden_states", "use_cache_branch", .. Caches.Select(c => $"past_key_values.{c}")];
    private static readonly string[] FirstOutputs = ["logits", .. Caches.Select(c => $"present.{c}")];
    private static readonly string[] NextOutputs = ["logits", .. Caches.Where(IsOfDecoder).Select(c => $"present.{c}")];
    private static readonly int[] AlignmentLayers = [.. MoonshineModel.AlignmentHeads.Select(head => head.Layer).Distinct()];
    private static readonly string[] Attentions = [.. AlignmentLayers.Select(MoonshineModel.Attention)];
    private static readonly RunOptions Options = new();

    private readonly InferenceSession _decoder;
    private readonly bool _wantsAttention;
    private readonly long[] _token = [MoonshineModel.Begin];
    private readonly OrtValue _id;
    private readonly OrtValue _no = OrtValue.CreateTensorValueFromMemory<bool>([false], [1]);
    private readonly OrtValue _yes = OrtValue.CreateTensorValueFromMemory<bool>([true], [1]);
    private readonly OrtValue _none = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [1, MoonshineModel.Heads, 0, MoonshineModel.HeadSize]);
    private readonly OrtValue[] _inputs;
    private readonly IDisposableReadOnlyCollection<OrtValue> _first;

    /// <param name="decoder">The model.</param>
    /// <param name="speech">The audio.</param>
    /// <param name="wantsAttention">Whether it is told where in the audio the model looks.</param>
    public MoonshineRun(InferenceSession decoder, EncodedSpeech speech, bool wantsAttention)
    {
        (_decoder, _wantsAttention, _id) = (decoder, wantsAttention, OrtValue.CreateTensorValueFromMemory(_token, [1, 1]));
        _inputs = [_id, speech.Value, _no, .. Caches.Select(_ => _none)];
        _first = decoder.Run(Options, Inputs, _inputs, Outputs(FirstOutputs));
        _inputs[2] = _yes;
        for (var i = 0; i < Caches.Length; i++)
        {
            _inputs[3 + i] = _first[1 + i];
        }

        First = new(_first, [.. Enumerable.Range(0, Caches.Length).Where(i => IsOfDecoder(Caches[i])).Select(i => 1 + i)], FirstOutputs.Length);
    }

    /// <summary>What the model says before anything is written.</summary>
    public MoonshineStep First { get; }

    /// <summary>What it says once a token is written.</summary>
    /// <param name="step">After which the token comes.</param>
    /// <param name="token">Which.</param>
    public MoonshineStep Next(MoonshineStep step, int token)
    {
        _token[0] = token;
        for (int i = 0, cache = 0; i < Caches.Length; i++)
        {
            // What was made of the audio stays as the first run made it.
            if (IsOfDecoder(Caches[i]))
            {
                _inputs[3 + i] = step.Cache(cache++);
            }
        }

        return new(_decoder.Run(Options, Inputs, _inputs, Outputs(NextOutputs)), [.. Enumerable.Range(1, NextOutputs.Length - 1)], NextOutputs.Length);
    }

    /// <summary>Where it looks while it says so: a row of frames for each of the heads that tell; null where that is not asked.</summary>
    public float[]? Attention(MoonshineStep step) => _wantsAttention ? Rows(step.Outputs, step.AttentionAt) : null;

    public void Dispose()
    {
        _first.Dispose();
        _id.Dispose();
        _no.Dispose();
        _yes.Dispose();
        _none.Dispose();
    }

    private static IEnumerable<string> CachesOf(int layer) => [$"{layer}.decoder.key", $"{layer}.decoder.value", $"{layer}.encoder.key", $"{layer}.encoder.value"];

    private static bool IsOfDecoder(string cache) => cache.Contains(".decoder.", StringComparison.Ordinal);

    private string[] Outputs(string[] always) => _wantsAttention ? [.. always, .. Attentions] : always;

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
}
