using System.Runtime.InteropServices;
using System.Threading.Channels;
using Atrium.Inference.Llama.Tools;

namespace Atrium.Inference.Llama;

/// <summary>One conversation on its way through the worker. Only <see cref="Cancel"/> and <see cref="Pieces"/> are for other threads.</summary>
internal sealed class LlamaRequest(int[] prompt, int tokenLimit, TokenChooser chooser, AnswerText text, int? logProbs)
{
    /// <summary>The prompt, and the answer so far.</summary>
    private readonly List<int> _tokens = [.. prompt];

    // Never more pieces than tokens, and those have a limit.
    private readonly Channel<ChatPiece> _pieces = Channel.CreateUnbounded<ChatPiece>(new() { SingleReader = true, SingleWriter = true });
    private volatile bool _cancelled;
    private int _added;
    private int _written;
    private int? _cached;

    /// <summary>Only where log probabilities are asked for.</summary>
    private readonly SpokenTokens? _spoken = logProbs is null ? null : new();

    /// <summary>A text from which on the answer is held to a grammar; null for none.</summary>
    public GrammarTrigger? Trigger { get; init; }

    /// <summary>Who asks. Those who ask take turns, and nothing that one of them has read is another's.</summary>
    public required string Lane { get; init; }

    /// <summary>Whether the answer must be the same to the last digit beside whatever else is worked on (<see cref="ExactReading"/>).</summary>
    public bool IsExact { get; init; }

    /// <summary>The adapter that the model is run with, as <see cref="LlamaSession"/> numbers them; 0 for none.</summary>
    public int Adapter { get; init; }

    /// <summary>The answer as it comes.</summary>
    public ChannelReader<ChatPiece> Pieces => _pieces.Reader;

    /// <summary>Nobody waits for the answer any more.</summary>
    public bool Cancelled => _cancelled;

    /// <summary>The last piece was written.</summary>
    public bool Ended { get; private set; }

    /// <summary>The prompt, and the answer so far.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>How many of the tokens are in the model's memory.</summary>
    public int Read { get; private set; }

    /// <summary>How many of them were read as <see cref="ExactReading"/> wants it.</summary>
    public int ExactRead => IsExact ? ExactReading.Whole(Math.Min(Read, prompt.Length)) : 0;

    /// <summary>All but the last token of the answer was read, so each turn of the worker costs this conversation one token.</summary>
    public bool Writing => _written > 0 && Read == _tokens.Count - 1;

    /// <summary>Where in the batch the logits of this conversation come out; -1 if not in this one.</summary>
    private int OutputIndex { get; set; } = -1;

    /// <summary>Frees what the answer held. For the worker, when it lets go of the conversation, or for whoever could not hand it over.</summary>
    public void Release()
    {
        chooser.Dispose();
        Trigger?.Dispose();
    }

    /// <summary>Asks the worker to drop this conversation.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Begins in a slot, perhaps again, with what is there already.</summary>
    /// <param name="common">How many tokens of this conversation are in the slot's memory.</param>
    public void Begin(int common)
    {
        Read = common;
        _cached ??= common;
    }

    /// <summary>Adds as much of this conversation as fits to the batch.</summary>
    /// <returns>The number of tokens added.</returns>
    public int AddTo(TokenBatch batch, int sequence, int room)
    {
        _added = Math.Min(_tokens.Count - Read, IsExact ? Math.Min(batch.Room, ExactReading.Next(Read, prompt.Length)) : Math.Min(batch.Room, room));
        OutputIndex = -1;
        for (var at = Read; at < Read + _added; at++)
        {
            var last = at == _tokens.Count - 1;
            var index = batch.Add(_tokens[at], at, sequence, output: last);
            OutputIndex = last ? index : -1;
        }

        return _added;
    }

    /// <summary>The batch was read: chooses the next token where this conversation asked for one, and hands out the text that is sure.</summary>
    public void Advance(LlamaSession session)
    {
        Read += _added;
        if (OutputIndex < 0 || Cancelled)
        {
            return;
        }

        var logits = session.Logits(OutputIndex);
        var token = chooser.Choose(logits);
        if (token < 0 || session.IsEnd(token))
        {
            End(text.End(), ChatFinish.Stop);
            return;
        }

        _tokens.Add(token);
        _written++;
        var bytes = Trigger?.Shown(token, session) ?? session.Piece(token);
        if (Trigger is { } trigger && trigger.Comes(bytes))
        {
            chooser.Grammar = trigger.Grammar;
        }

        if (logProbs is { } most)
        {
            _spoken!.Add(LogProbabilities.Of(logits, token, most, session.Piece));
        }

        var piece = text.Add(bytes);
        if (text.Stopped)
        {
            End(piece, ChatFinish.Stop);
        }
        else if (_written >= tokenLimit)
        {
            End(piece + text.End(), ChatFinish.Length);
        }
        else if (piece.Length > 0)
        {
            _pieces.Writer.TryWrite(new(piece, prompt.Length, _written, null) { CachedTokens = _cached ?? 0, Tokens = _spoken?.Take(piece) ?? [] });
        }
    }

    /// <summary>Ends the conversation by an error.</summary>
    public void Fail(Exception error)
    {
        Ended = true;
        _pieces.Writer.TryComplete(error);
    }

    private void End(string rest, ChatFinish finish)
    {
        Ended = true;
        _pieces.Writer.TryWrite(new(rest, prompt.Length, _written, finish) { CachedTokens = _cached ?? 0, Tokens = _spoken?.Take(rest) ?? [] });
        _pieces.Writer.TryComplete();
    }
}
