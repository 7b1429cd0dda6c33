using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Atrium.Inference.Llama.Native;

/// <summary>Keeps llama.cpp quiet, and keeps its last error lines of a thread to tell why a call on that thread failed.</summary>
internal static unsafe class NativeLog
{
    private const int ErrorLevel = 4;
    private const int ContinuedLevel = 5;
    private const int MaxCharacters = 2_000;

    [ThreadStatic]
    private static string? _errors;

    [ThreadStatic]
    private static bool _lastWasError;

    /// <summary>The error lines of this thread since the last call.</summary>
    public static string TakeErrors()
    {
        var errors = (_errors ?? "").Trim().ReplaceLineEndings("; ");
        _errors = null;
        return errors;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void Write(int level, byte* text, nint data)
    {
        _lastWasError = level == ErrorLevel || (level == ContinuedLevel && _lastWasError);
        if (_lastWasError && (_errors?.Length ?? 0) < MaxCharacters)
        {
            _errors += Marshal.PtrToStringUTF8((nint)text);
        }
    }
}
