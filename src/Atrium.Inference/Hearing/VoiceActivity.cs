using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Hearing;

/// <summary>Silero's voice activity model. Calls may overlap; what it remembers of an audio lies in <see cref="VoiceMemory"/>.</summary>
internal sealed class VoiceActivity(string modelFile) : IDisposable
{
    /// <summary>Samples that it judges at once: 32 ms.</summary>
    public const int FrameSamples = 512;

    /// <summary>A frame that is nowhere louder is silence, and nothing is asked: hours of it cost next to nothing.</summary>
    private const float Silence = 0.0003f;
    private static readonly RunOptions Options = new();
    private readonly InferenceSession _session = SpeechSession.Open(modelFile);

    /// <summary>How likely somebody speaks in this frame, after the ones before it.</summary>
    public float Judge(ReadOnlySpan<float> frame, VoiceMemory memory)
    {
        memory.Take(frame);
        if (TensorPrimitives.MaxMagnitude(frame) is > -Silence and < Silence)
        {
            return 0;
        }

        using var results = _session.Run(Options, ["input", "state", "sr"], memory.Inputs, ["output", "stateN"]);
        results[1].GetTensorDataAsSpan<float>().CopyTo(memory.State);
        return results[0].GetTensorDataAsSpan<float>()[0];
    }

    public void Dispose() => _session.Dispose();
}

/// <summary>What the model remembers of one audio.</summary>
internal sealed class VoiceMemory : IDisposable
{
    private const int ContextSamples = 64;
    private const int StateSize = 2 * 128;
    private readonly float[] _input = new float[ContextSamples + VoiceActivity.FrameSamples];

    public VoiceMemory() => Inputs =
    [
        OrtValue.CreateTensorValueFromMemory(_input, [1, _input.Length]),
        OrtValue.CreateTensorValueFromMemory(State, [2, 1, StateSize / 2]),
        OrtValue.CreateTensorValueFromMemory<long>([SpeechAudio.SampleRate], []),
    ];

    public float[] State { get; } = new float[StateSize];

    public IReadOnlyList<OrtValue> Inputs { get; }

    public void Take(ReadOnlySpan<float> frame)
    {
        _input.AsSpan(VoiceActivity.FrameSamples).CopyTo(_input);
        frame.CopyTo(_input.AsSpan(ContextSamples));
    }

    public void Dispose()
    {
        foreach (var input in Inputs)
        {
            input.Dispose();
        }
    }
}
