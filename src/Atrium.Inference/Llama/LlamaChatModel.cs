using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Atrium.Inference.Llama.Gguf;

namespace Atrium.Inference.Llama;

/// <summary>
/// A GGUF file of the user's that writes answers, run in process by llama.cpp. Loaded at the first call. Several conversations are
/// answered at the same time; what runs beside an answer can move its last digits, so a seed repeats an answer exactly only on a quiet model.
/// </summary>
public sealed class LlamaChatModel : IChatModel, IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly LlamaEngine _engine;
    private readonly PromptWriter _writer;
    private PromptTokens? _prompts;

    private LlamaChatModel(string name, string path, GgufMetadata metadata, LlamaOptions options)
    {
        Name = name;
        _writer = PromptWriter.For(metadata, Path.GetFileName(path), options.Clock);
        ContextTokens = (int)Math.Clamp(metadata.ContextLength, 1, options.MaxContextTokens);
        _engine = new LlamaEngine(path, options, ContextTokens);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool Generates => true;

    /// <inheritdoc/>
    public int ContextTokens { get; }

    /// <summary>A model of a file. Reads its header only.</summary>
    /// <exception cref="ModelFileException">The file is not a model that can answer.</exception>
    public static LlamaChatModel Open(string name, string path, LlamaOptions options)
    {
        var metadata = GgufReader.Read(path);
        GgufRules.Require(metadata, Path.GetFileName(path));
        return new LlamaChatModel(name, path, metadata, options);
    }

    /// <summary>Loads the model now, so that the first answer does not wait for it.</summary>
    /// <exception cref="ModelFileException">llama.cpp refuses the file.</exception>
    public async Task WarmAsync(CancellationToken cancellationToken) => await _engine.SessionAsync().WaitAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="PromptRefusedException">The model's chat template does not take such a conversation.</exception>
    public async IAsyncEnumerable<ChatPiece> AnswerAsync(ChatPrompt prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var session = await _engine.SessionAsync().WaitAsync(cancellationToken);
        var prompts = _prompts ??= new PromptTokens(session, _writer);
        var tokens = prompt.Text is { } text ? prompts.OfText(text) : prompts.Of(prompt.Turns);
        if (tokens.Length == 0)
        {
            throw new PromptRefusedException("it is empty");
        }

        if (tokens.Length >= ContextTokens)
        {
            throw new TextTooLongException(0, tokens.Length, ContextTokens - 1);
        }

        var limit = Math.Min(prompt.MaxTokens ?? int.MaxValue, ContextTokens - tokens.Length);
        if (limit <= 0)
        {
            yield return new("", tokens.Length, 0, ChatFinish.Length);
            yield break;
        }

        var seed = prompt.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        var request = new LlamaRequest(tokens, limit, new(prompt, seed), new(prompt.Stop), prompt.LogProbs);
        if (!_engine.TryAdd(request))
        {
            throw new InferenceQueueFullException(Name, RetryAfter);
        }

        try
        {
            await foreach (var piece in request.Pieces.ReadAllAsync(cancellationToken))
            {
                // The reader hands out what is buffered even when cancelled.
                cancellationToken.ThrowIfCancellationRequested();
                yield return piece;
            }
        }
        finally
        {
            request.Cancel();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
