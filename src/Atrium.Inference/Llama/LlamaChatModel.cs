using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Atrium.Inference.Llama.Gguf;
using Atrium.Inference.Llama.Grammars;
using Atrium.Inference.Llama.Tools;

namespace Atrium.Inference.Llama;

/// <summary>
/// A GGUF file of the user's that writes answers, run in process by llama.cpp. Loaded at the first call. Several conversations are
/// answered at the same time. What runs beside an answer can move its last digits; one with a seed is kept apart and can be repeated exactly.
/// </summary>
public sealed class LlamaChatModel : IChatModel, IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly LlamaEngine _engine;
    private readonly IReadOnlyList<string> _adapters;
    private readonly LlamaChatModel?[] _adapted;
    private readonly int _adapter;
    private readonly bool _ownsEngine = true;
    private readonly PromptWriter _writer;
    private PromptTokens? _prompts;

    private LlamaChatModel(string name, string path, GgufMetadata metadata, LlamaOptions options)
    {
        Name = name;
        (_adapters, _adapted) = (options.Adapters, new LlamaChatModel?[options.Adapters.Count]);
        _writer = PromptWriter.For(metadata, Path.GetFileName(path), options.Clock);
        ContextTokens = (int)Math.Clamp(metadata.ContextLength, 1, options.MaxContextTokens);
        _engine = new LlamaEngine(path, options, ContextTokens);
    }

    private LlamaChatModel(LlamaChatModel model, int adapter)
    {
        (_engine, _writer, _prompts, _adapters, _adapted, _adapter, _ownsEngine) = (model._engine, model._writer, model._prompts, model._adapters, model._adapted, adapter, false);
        (Name, ContextTokens) = ($"{model.Name}+{Path.GetFileNameWithoutExtension(model._adapters[adapter - 1])}", model.ContextTokens);
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

    /// <summary>The same model with one of its <see cref="LlamaOptions.Adapters"/>. It shares all with this one, which must outlive it.</summary>
    /// <exception cref="ModelFileException">It is none of them.</exception>
    public LlamaChatModel With(string adapter)
    {
        var index = _adapters.ToList().IndexOf(adapter);
        return index < 0 ? throw new ModelFileException(Path.GetFileName(adapter), $"it was not there when '{Name}' was loaded") : _adapted[index] ??= new(this, index + 1);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelFileException">The adapter does not fit the model.</exception>
    /// <exception cref="PromptRefusedException">The model's chat template does not take such a conversation.</exception>
    public async IAsyncEnumerable<ChatPiece> AnswerAsync(ChatPrompt prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tools = ToolsOf(prompt);
        var session = await _engine.SessionAsync().WaitAsync(cancellationToken);
        if (session.AdapterProblem(_adapter) is { } problem)
        {
            throw new ModelFileException(Path.GetFileName(_adapters[_adapter - 1]), $"it does not fit the model '{Name[..Name.LastIndexOf('+')]}': {problem}");
        }

        var tokens = TokensOf(prompt, tools, session);
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
        var chooser = new TokenChooser(prompt, seed) { Grammar = GrammarOf(prompt, tools) is { } grammar ? session.Constrain(grammar) : null };
        var request = new LlamaRequest(tokens, limit, chooser, new(prompt.Stop), prompt.LogProbs)
        {
            Lane = prompt.Lane,
            IsExact = prompt.Seed is not null,
            Adapter = _adapter,
            Trigger = TriggerOf(prompt, tools, session),
        };
        if (!_engine.TryAdd(request))
        {
            request.Release();
            throw new InferenceQueueFullException(Name, RetryAfter);
        }

        try
        {
            await foreach (var piece in tools.Count == 0 ? request.Pieces.ReadAllAsync(cancellationToken) : WithCallsAsync(request, prompt, tools, cancellationToken))
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
    /// <exception cref="PromptRefusedException">The model's chat template does not take such a conversation.</exception>
    public async ValueTask<int> CountAsync(ChatPrompt prompt, CancellationToken cancellationToken) =>
        TokensOf(prompt, ToolsOf(prompt), await _engine.SessionAsync().WaitAsync(cancellationToken)).Length;

    private static IReadOnlyList<ChatTool> ToolsOf(ChatPrompt prompt) => prompt.ToolUse is ToolUse.None ? [] : prompt.Tools;

    private int[] TokensOf(ChatPrompt prompt, IReadOnlyList<ChatTool> tools, LlamaSession session)
    {
        var prompts = _prompts ??= new PromptTokens(session, _writer);
        return prompt.Text is { } text ? prompts.OfText(text) : prompts.Of(prompt.Turns, tools);
    }

    private string? GrammarOf(ChatPrompt prompt, IReadOnlyList<ChatTool> tools) =>
        tools.Count > 0 && prompt.ToolUse is ToolUse.Required ? _writer.Format.WholeGrammar(tools, prompt.ParallelCalls) : prompt.Grammar;

    /// <summary>A model that may call tools is held to the grammar of calls from where it begins one.</summary>
    private GrammarTrigger? TriggerOf(ChatPrompt prompt, IReadOnlyList<ChatTool> tools, LlamaSession session)
    {
        if (tools.Count == 0 || _writer.Format.Trigger.Length == 0)
        {
            return null;
        }

        try
        {
            var isFree = prompt.ToolUse is not ToolUse.Required && prompt.Grammar is null;
            return new(_writer.Format.Trigger, isFree ? session.Constrain(_writer.Format.RestGrammar(tools, prompt.ParallelCalls)) : null);
        }
        catch (SchemaNotSupportedException)
        {
            // A call that nobody demanded may be written without help; what the model writes is read all the same.
            return new(_writer.Format.Trigger, null);
        }
    }

    /// <summary>Takes calls of tools out of the text.</summary>
    private async IAsyncEnumerable<ChatPiece> WithCallsAsync(
        LlamaRequest request, ChatPrompt prompt, IReadOnlyList<ChatTool> tools, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new ToolCallReader(_writer.Format, tools);
        await foreach (var piece in request.Pieces.ReadAllAsync(cancellationToken))
        {
            var (text, calls) = reader.Add(piece.Text);
            var isEnough = calls.Count > 0 && !prompt.ParallelCalls;
            if (piece.Finish is { } finish)
            {
                var (rest, more) = reader.End();
                yield return piece with { Text = text + rest, Calls = [.. calls.Concat(more).Take(prompt.ParallelCalls ? int.MaxValue : 1)], Finish = reader.HasCalls && finish is ChatFinish.Stop ? ChatFinish.ToolCalls : finish };
            }
            else if (isEnough)
            {
                yield return piece with { Text = text, Calls = [.. calls.Take(1)], Finish = ChatFinish.ToolCalls };
                yield break;
            }
            else if (text.Length > 0 || calls.Count > 0 || piece.Tokens.Count > 0)
            {
                yield return piece with { Text = text, Calls = calls };
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _ownsEngine ? _engine.DisposeAsync() : default;
}
