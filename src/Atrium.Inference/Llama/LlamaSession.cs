using System.Text;
using Atrium.Inference.Llama.Grammars;
using Atrium.Inference.Llama.Native;

namespace Atrium.Inference.Llama;

/// <summary>
/// A loaded model with its context. Reading the vocabulary is safe from any thread; <see cref="Decode"/>, <see cref="Logits"/> and
/// <see cref="Forget"/> belong to the one worker thread.
/// </summary>
internal sealed unsafe class LlamaSession : IDisposable
{
    /// <summary>Most tokens that one call of <see cref="Decode"/> takes.</summary>
    public const int BatchTokens = 512;

    private readonly LlamaLibrary _library;
    private readonly string _file;
    private readonly nint _vocabulary;
    private readonly nint[] _adapters;
    private readonly string[] _adapterProblems;
    private nint _model;
    private nint _context;
    private int _adapter;

    private LlamaSession(LlamaLibrary library, string path, LlamaOptions options, int contextTokens, delegate* unmanaged[Cdecl]<nint, byte> abort, nint abortData)
    {
        _library = library;
        _file = Path.GetFileName(path);
        fixed (byte* name = LlamaLibrary.NullTerminated(path))
        {
            _model = library.ModelLoad(name, library.ModelDefaultParams());
        }

        Require(_model != 0, "llama.cpp could not load it");
        Require(library.ModelHasDecoder(_model) != 0 && library.ModelHasEncoder(_model) == 0, "it is not a model that writes text token by token");
        _vocabulary = library.ModelVocabulary(_model);
        VocabularySize = library.VocabularySize(_vocabulary);
        Require(VocabularySize > 0, "it has no vocabulary");

        // Adapters come before the context, which reserves room for the largest of them. They live as long as the model.
        (_adapters, _adapterProblems) = (new nint[options.Adapters.Count], new string[options.Adapters.Count]);
        for (var i = 0; i < _adapters.Length; i++)
        {
            fixed (byte* name = LlamaLibrary.NullTerminated(options.Adapters[i]))
            {
                _adapters[i] = library.AdapterLoad(_model, name);
            }

            _adapterProblems[i] = NativeLog.TakeErrors();
        }

        var settings = library.ContextDefaultParams();
        settings.ContextTokens = (uint)(contextTokens * options.Slots);
        settings.BatchTokens = BatchTokens;
        settings.MicroBatchTokens = BatchTokens;
        settings.Sequences = (uint)options.Slots;
        settings.Threads = options.Threads;
        settings.BatchThreads = options.Threads;
        settings.AbortCallback = abort;
        settings.AbortData = abortData;
        _context = library.ContextCreate(_model, settings);
        Require(_context != 0, "llama.cpp could not reserve its memory");
        Require(library.ContextTokensPerSequence(_context) >= contextTokens, "llama.cpp gave it a shorter context than asked");
    }

    /// <summary>The number of tokens that the model chooses from.</summary>
    public int VocabularySize { get; }

    /// <summary>Loads a model. This takes seconds for a large one.</summary>
    /// <exception cref="ModelFileException">llama.cpp refuses the file.</exception>
    public static LlamaSession Load(string path, LlamaOptions options, int contextTokens, delegate* unmanaged[Cdecl]<nint, byte> abort, nint abortData)
    {
        var library = LlamaLibrary.Load(options.LibraryFolder);
        NativeLog.TakeErrors();
        return new LlamaSession(library, path, options, contextTokens, abort, abortData);
    }

    /// <summary>Loads a model whose decoding nothing breaks off.</summary>
    /// <exception cref="ModelFileException">llama.cpp refuses the file.</exception>
    public static LlamaSession Load(string path, LlamaOptions options, int contextTokens) => Load(path, options, contextTokens, null, 0);

    /// <summary>The tokens of a text. Without <paramref name="special"/> the spelling of a control token is ordinary text.</summary>
    public int[] Tokenize(string text, bool start, bool special)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var tokens = new int[bytes.Length + 4];
        fixed (byte* from = bytes.Length == 0 ? new byte[1] : bytes)
        fixed (int* to = tokens)
        {
            var count = _library.Tokenize(_vocabulary, from, bytes.Length, to, tokens.Length, start ? (byte)1 : (byte)0, special ? (byte)1 : (byte)0);
            return count >= 0 ? tokens[..count] : throw new InvalidOperationException($"'{_file}' made {-count} tokens of {bytes.Length} bytes.");
        }
    }

    /// <summary>The bytes that a token stands for. A control token stands for none.</summary>
    public byte[] Piece(int token)
    {
        var bytes = new byte[64];
        while (true)
        {
            fixed (byte* to = bytes)
            {
                var length = _library.TokenToPiece(_vocabulary, token, to, bytes.Length, 0, 0);
                if (length >= 0)
                {
                    return bytes[..length];
                }

                bytes = new byte[-length];
            }
        }
    }

    /// <summary>The spelling of a token, also of a control token.</summary>
    public string SpellingOf(int token) => Spelling(token);

    /// <summary>Keeps an answer to a grammar, from its beginning.</summary>
    /// <exception cref="SchemaNotSupportedException">llama.cpp cannot read the grammar.</exception>
    public GrammarConstraint Constrain(string grammar) => GrammarConstraint.Of(_library, _vocabulary, grammar);

    /// <summary>Whether the model says with this token that it is done.</summary>
    public bool IsEnd(int token) => _library.IsEndOfGeneration(_vocabulary, token) != 0;

    /// <summary>The spelling of the token that begins a text, or empty.</summary>
    public string BeginText => Spelling(_library.BeginningOfSequence(_vocabulary));

    /// <summary>The spelling of the token that ends a text, or empty.</summary>
    public string EndText => Spelling(_library.EndOfSequence(_vocabulary));

    /// <summary>The spellings of all control tokens.</summary>
    public IReadOnlyList<string> ControlSpellings() =>
        [.. Enumerable.Range(0, VocabularySize).Where(IsControl).Select(Spelling).Where(spelling => spelling.Length > 0)];

    /// <summary>Reads the batch into the model.</summary>
    public DecodeOutcome Decode(TokenBatch batch) => _library.Decode(_context, batch.Native) switch
    {
        0 => DecodeOutcome.Done,
        2 => DecodeOutcome.Aborted,
        var code => throw new InvalidOperationException($"llama.cpp failed on '{_file}' with code {code}: {NativeLog.TakeErrors()}"),
    };

    /// <summary>How likely the model finds each token after the batch's token at <paramref name="index"/>. Good until the next <see cref="Decode"/>.</summary>
    public ReadOnlySpan<float> Logits(int index) => new(_library.Logits(_context, index), VocabularySize);

    /// <summary>Frees the memory of a conversation.</summary>
    public void Forget(int sequence) => _library.MemoryRemove(Memory, sequence, -1, -1);

    /// <summary>Leaves only the first tokens in the memory of a conversation. False where that cannot be; then nothing is left.</summary>
    public bool TryCut(int sequence, int tokens)
    {
        if (tokens > 0 && _library.MemoryRemove(Memory, sequence, tokens, -1) != 0)
        {
            return true;
        }

        Forget(sequence);
        return tokens == 0;
    }

    /// <summary>Gives a conversation the memory of another in place of its own.</summary>
    public void Copy(int from, int to)
    {
        Forget(to);
        _library.MemoryCopy(Memory, from, to, -1, -1);
    }

    /// <summary>What is read from now on is read with this adapter: its place in <see cref="LlamaOptions.Adapters"/> counted from 1, or 0 for none.</summary>
    public void UseAdapter(int adapter)
    {
        if (adapter == _adapter)
        {
            return;
        }

        var (handle, scale) = (adapter == 0 ? 0 : _adapters[adapter - 1], 1f);
        if (_library.AdaptersUse(_context, &handle, adapter == 0 ? 0u : 1u, &scale) != 0)
        {
            throw new InvalidOperationException($"llama.cpp cannot run '{_file}' with adapter {adapter}: {NativeLog.TakeErrors()}");
        }

        _adapter = adapter;
    }

    /// <summary>Why an adapter cannot be used; null when it can. Counted as in <see cref="UseAdapter"/>.</summary>
    public string? AdapterProblem(int adapter) => adapter > 0 && _adapters[adapter - 1] == 0 ? _adapterProblems[adapter - 1] : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_context != 0)
        {
            _library.ContextFree(_context);
            _context = 0;
        }

        if (_model != 0)
        {
            _library.ModelFree(_model);
            _model = 0;
        }
    }

    private nint Memory => _library.ContextMemory(_context);

    private bool IsControl(int token) => _library.IsControl(_vocabulary, token) != 0;

    private string Spelling(int token) =>
        token < 0 ? "" : System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)_library.TokenText(_vocabulary, token)) ?? "";

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            Dispose();
            var errors = NativeLog.TakeErrors();
            throw new ModelFileException(_file, errors.Length == 0 ? otherwise : $"{otherwise} ({errors})");
        }
    }
}
