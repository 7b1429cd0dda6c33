using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Vision;

/// <summary>ONNX Runtime as the vision models use it: one image a run, one thread a run, so that calls side by side share the cores.</summary>
internal static class VisionSession
{
    private static readonly RunOptions Options = new();

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

    /// <summary>Runs a model of one input and one output.</summary>
    /// <param name="session">The model.</param>
    /// <param name="inputName">Of the input.</param>
    /// <param name="values">The input's values, row by row.</param>
    /// <param name="inputShape">Its shape.</param>
    /// <param name="outputName">Of the output.</param>
    /// <param name="shape">The output's shape.</param>
    public static float[] Run(InferenceSession session, string inputName, float[] values, long[] inputShape, string outputName, out long[] shape)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(values, inputShape);
        using var results = session.Run(Options, [inputName], [input], [outputName]);
        shape = results[0].GetTensorTypeAndShape().Shape;
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
