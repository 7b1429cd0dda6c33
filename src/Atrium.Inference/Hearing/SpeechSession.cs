using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Hearing;

/// <summary>ONNX Runtime as the models of speech use it: one thread a run, so that calls side by side share the cores.</summary>
internal static class SpeechSession
{
    public static InferenceSession Open(string modelFile)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        return new(modelFile, options);
    }
}
