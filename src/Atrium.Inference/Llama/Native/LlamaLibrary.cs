using System.Runtime.InteropServices;
using System.Text;

namespace Atrium.Inference.Llama.Native;

/// <summary>
/// The native llama.cpp libraries of one folder, loaded once in the life of the process (the dynamic linker knows them by name,
/// so a second folder could not be told from the first).
/// </summary>
internal sealed unsafe class LlamaLibrary
{
    private const string Release = "v0.5.0";
    private static readonly Lock Gate = new();
    private static LlamaLibrary? _loaded;

    public readonly delegate* unmanaged[Cdecl]<LlamaModelParams> ModelDefaultParams;
    public readonly delegate* unmanaged[Cdecl]<LlamaContextParams> ContextDefaultParams;
    public readonly delegate* unmanaged[Cdecl]<byte*, LlamaModelParams, nint> ModelLoad;
    public readonly delegate* unmanaged[Cdecl]<nint, void> ModelFree;
    public readonly delegate* unmanaged[Cdecl]<nint, byte> ModelHasEncoder;
    public readonly delegate* unmanaged[Cdecl]<nint, byte> ModelHasDecoder;
    public readonly delegate* unmanaged[Cdecl]<nint, nint> ModelVocabulary;
    public readonly delegate* unmanaged[Cdecl]<nint, LlamaContextParams, nint> ContextCreate;
    public readonly delegate* unmanaged[Cdecl]<nint, void> ContextFree;
    public readonly delegate* unmanaged[Cdecl]<nint, uint> ContextTokensPerSequence;
    public readonly delegate* unmanaged[Cdecl]<nint, nint> ContextMemory;
    public readonly delegate* unmanaged[Cdecl]<nint, int, int, int, byte> MemoryRemove;
    public readonly delegate* unmanaged[Cdecl]<nint, int, int, int, int, void> MemoryCopy;
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, nint> AdapterLoad;
    public readonly delegate* unmanaged[Cdecl]<nint, nint*, nuint, float*, int> AdaptersUse;
    public readonly delegate* unmanaged[Cdecl]<nint, LlamaBatch, int> Decode;
    public readonly delegate* unmanaged[Cdecl]<nint, int, float*> Logits;
    public readonly delegate* unmanaged[Cdecl]<nint, int> VocabularySize;
    public readonly delegate* unmanaged[Cdecl]<nint, int> BeginningOfSequence;
    public readonly delegate* unmanaged[Cdecl]<nint, int> EndOfSequence;
    public readonly delegate* unmanaged[Cdecl]<nint, int, byte*> TokenText;
    public readonly delegate* unmanaged[Cdecl]<nint, int, byte> IsControl;
    public readonly delegate* unmanaged[Cdecl]<nint, int, byte> IsEndOfGeneration;
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, int, int*, int, byte, byte, int> Tokenize;
    public readonly delegate* unmanaged[Cdecl]<nint, int, byte*, int, int, byte, int> TokenToPiece;

    public readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint> GrammarCreate;
    public readonly delegate* unmanaged[Cdecl]<nint, LlamaTokenArray*, void> SamplerApply;
    public readonly delegate* unmanaged[Cdecl]<nint, int, void> SamplerAccept;
    public readonly delegate* unmanaged[Cdecl]<nint, void> SamplerFree;

    private LlamaLibrary(string folder)
    {
        Folder = folder;
        // In the order of their needs, so that the linker finds each by its name without a search path.
        NativeLibrary.Load(Path.Combine(folder, "libggml-base.so"));
        var ggml = NativeLibrary.Load(Path.Combine(folder, $"libggml.{Release}.so"));
        var llama = NativeLibrary.Load(Path.Combine(folder, $"libllama.{Release}.so"));

        nint Find(string name) => NativeLibrary.GetExport(llama, name);
        ModelDefaultParams = (delegate* unmanaged[Cdecl]<LlamaModelParams>)Find("llama_model_default_params");
        ContextDefaultParams = (delegate* unmanaged[Cdecl]<LlamaContextParams>)Find("llama_context_default_params");
        ModelLoad = (delegate* unmanaged[Cdecl]<byte*, LlamaModelParams, nint>)Find("llama_model_load_from_file");
        ModelFree = (delegate* unmanaged[Cdecl]<nint, void>)Find("llama_model_free");
        ModelHasEncoder = (delegate* unmanaged[Cdecl]<nint, byte>)Find("llama_model_has_encoder");
        ModelHasDecoder = (delegate* unmanaged[Cdecl]<nint, byte>)Find("llama_model_has_decoder");
        ModelVocabulary = (delegate* unmanaged[Cdecl]<nint, nint>)Find("llama_model_get_vocab");
        ContextCreate = (delegate* unmanaged[Cdecl]<nint, LlamaContextParams, nint>)Find("llama_init_from_model");
        ContextFree = (delegate* unmanaged[Cdecl]<nint, void>)Find("llama_free");
        ContextTokensPerSequence = (delegate* unmanaged[Cdecl]<nint, uint>)Find("llama_n_ctx_seq");
        ContextMemory = (delegate* unmanaged[Cdecl]<nint, nint>)Find("llama_get_memory");
        MemoryRemove = (delegate* unmanaged[Cdecl]<nint, int, int, int, byte>)Find("llama_memory_seq_rm");
        MemoryCopy = (delegate* unmanaged[Cdecl]<nint, int, int, int, int, void>)Find("llama_memory_seq_cp");
        AdapterLoad = (delegate* unmanaged[Cdecl]<nint, byte*, nint>)Find("llama_adapter_lora_init");
        AdaptersUse = (delegate* unmanaged[Cdecl]<nint, nint*, nuint, float*, int>)Find("llama_set_adapters_lora");
        Decode = (delegate* unmanaged[Cdecl]<nint, LlamaBatch, int>)Find("llama_decode");
        Logits = (delegate* unmanaged[Cdecl]<nint, int, float*>)Find("llama_get_logits_ith");
        VocabularySize = (delegate* unmanaged[Cdecl]<nint, int>)Find("llama_vocab_n_tokens");
        BeginningOfSequence = (delegate* unmanaged[Cdecl]<nint, int>)Find("llama_vocab_bos");
        EndOfSequence = (delegate* unmanaged[Cdecl]<nint, int>)Find("llama_vocab_eos");
        TokenText = (delegate* unmanaged[Cdecl]<nint, int, byte*>)Find("llama_vocab_get_text");
        IsControl = (delegate* unmanaged[Cdecl]<nint, int, byte>)Find("llama_vocab_is_control");
        IsEndOfGeneration = (delegate* unmanaged[Cdecl]<nint, int, byte>)Find("llama_vocab_is_eog");
        Tokenize = (delegate* unmanaged[Cdecl]<nint, byte*, int, int*, int, byte, byte, int>)Find("llama_tokenize");
        TokenToPiece = (delegate* unmanaged[Cdecl]<nint, int, byte*, int, int, byte, int>)Find("llama_token_to_piece");

        GrammarCreate = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint>)Find("llama_sampler_init_grammar");
        SamplerApply = (delegate* unmanaged[Cdecl]<nint, LlamaTokenArray*, void>)Find("llama_sampler_apply");
        SamplerAccept = (delegate* unmanaged[Cdecl]<nint, int, void>)Find("llama_sampler_accept");
        SamplerFree = (delegate* unmanaged[Cdecl]<nint, void>)Find("llama_sampler_free");

        CheckLayout(Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)Find("llama_version"))()) ?? "");
        ((delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<int, byte*, nint, void>, nint, void>)Find("llama_log_set"))(&NativeLog.Write, 0);
        fixed (byte* path = NullTerminated(folder))
        {
            ((delegate* unmanaged[Cdecl]<byte*, void>)NativeLibrary.GetExport(ggml, "ggml_backend_load_all_from_path"))(path);
        }

        ((delegate* unmanaged[Cdecl]<void>)Find("llama_backend_init"))();
        if (((delegate* unmanaged[Cdecl]<nuint>)NativeLibrary.GetExport(ggml, "ggml_backend_dev_count"))() == 0)
        {
            throw new InvalidOperationException($"No compute backend of llama.cpp in '{folder}' runs on this processor.");
        }
    }

    /// <summary>Where the libraries came from.</summary>
    public string Folder { get; }

    /// <summary>Loads the libraries, or returns those already loaded.</summary>
    /// <exception cref="InvalidOperationException">They are missing, of another release, or from another folder than the first time.</exception>
    public static LlamaLibrary Load(string folder)
    {
        folder = Path.GetFullPath(folder);
        lock (Gate)
        {
            if (_loaded is { } library)
            {
                return library.Folder == folder
                    ? library
                    : throw new InvalidOperationException($"llama.cpp is already loaded from '{library.Folder}'; one process has one.");
            }

            try
            {
                return _loaded = new LlamaLibrary(folder);
            }
            catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
            {
                throw new InvalidOperationException($"llama.cpp {Release} was not found in '{folder}': {missing.Message}", missing);
            }
        }
    }

    /// <summary>A text as C wants it.</summary>
    public static byte[] NullTerminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    /// <summary>A field at another place would show another value here, long before it could corrupt memory.</summary>
    private void CheckLayout(string version)
    {
        var model = ModelDefaultParams();
        var context = ContextDefaultParams();
        var asExpected = version.StartsWith(Release[1..], StringComparison.Ordinal) && model is { GpuLayers: -1, SplitMode: 1, LoadMode: -1, VocabularyOnly: 0, CheckTensors: 0, UseExtraBuffers: 1 }
            && context is
            {
                ContextTokens: 512, BatchTokens: 2048, MicroBatchTokens: 512, Sequences: 1, OutputsPerSequence: 1, Threads: > 0, BatchThreads: > 0,
                RopeScaling: -1, FlashAttention: -1, DefragThreshold: -1, KeyType: 1, ValueType: 1, AbortData: 0, Embeddings: 0,
                OffloadKeysAndValues: 1, UnifiedCache: 0,
            };
        if (!asExpected)
        {
            throw new InvalidOperationException($"The llama.cpp libraries in '{Folder}' are not release {Release}: their structures differ.");
        }
    }
}
