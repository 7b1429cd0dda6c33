using System.Runtime.InteropServices;
using Atrium.Inference.Llama.Native;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>
/// Where an answer stands in its grammar, kept by llama.cpp. Made on any thread, then used by the model's one thread. One that is never disposed of is freed by
/// the finalizer.
/// </summary>
internal sealed unsafe class GrammarConstraint : SafeHandle
{
    private readonly LlamaLibrary _library;
    private LlamaTokenData[] _tokens = [];

    private GrammarConstraint(LlamaLibrary library, nint sampler)
        : base(0, ownsHandle: true) => (_library, handle) = (library, sampler);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <exception cref="SchemaNotSupportedException">llama.cpp cannot read the grammar.</exception>
    public static GrammarConstraint Of(LlamaLibrary library, nint vocabulary, string grammar)
    {
        fixed (byte* text = LlamaLibrary.NullTerminated(grammar))
        fixed (byte* root = LlamaLibrary.NullTerminated("root"))
        {
            var sampler = library.GrammarCreate(vocabulary, text, root);
            return sampler != 0 ? new(library, sampler) : throw new SchemaNotSupportedException("#", $"llama.cpp does not take its grammar. {NativeLog.TakeErrors()}");
        }
    }

    /// <summary>Whether the token may come next.</summary>
    public bool Allows(int token)
    {
        var one = new LlamaTokenData { Token = token, Logit = 1 };
        var array = new LlamaTokenArray { Data = &one, Size = 1, Selected = -1 };
        _library.SamplerApply(handle, &array);
        return one.Logit > float.NegativeInfinity;
    }

    /// <summary>Makes the logits of all tokens that may not come next minus infinity. Reads the whole vocabulary.</summary>
    public void Mask(Span<float> logits)
    {
        if (_tokens.Length != logits.Length)
        {
            _tokens = new LlamaTokenData[logits.Length];
        }

        for (var token = 0; token < logits.Length; token++)
        {
            _tokens[token] = new() { Token = token, Logit = logits[token] };
        }

        fixed (LlamaTokenData* data = _tokens)
        {
            var array = new LlamaTokenArray { Data = data, Size = (nuint)_tokens.Length, Selected = -1 };
            _library.SamplerApply(handle, &array);
            for (nuint i = 0; i < array.Size; i++)
            {
                logits[data[i].Token] = data[i].Logit;
            }
        }
    }

    /// <summary>The token was chosen.</summary>
    public void Accept(int token) => _library.SamplerAccept(handle, token);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _library.SamplerFree(handle);
        return true;
    }
}
