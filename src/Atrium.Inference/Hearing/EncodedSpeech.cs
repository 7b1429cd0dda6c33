using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Hearing;

/// <summary>What the encoder makes of a piece of audio: a row of <see cref="MoonshineModel.States"/> numbers for each of its frames.</summary>
/// <param name="encoded">The encoder's one output, [1, frames, states].</param>
/// <param name="samples">Of the audio.</param>
internal sealed class EncodedSpeech(IDisposableReadOnlyCollection<OrtValue> encoded, int samples) : IDisposable
{
    public OrtValue Value => encoded[0];

    public int Samples => samples;

    public int Frames { get; } = (int)encoded[0].GetTensorTypeAndShape().Shape[1];

    /// <summary>Frame after frame.</summary>
    public ReadOnlySpan<float> States => encoded[0].GetTensorDataAsSpan<float>();

    public void Dispose() => encoded.Dispose();
}
