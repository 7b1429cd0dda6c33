using System.Threading.Channels;
using Atrium.Inference.Llama.Tools;

namespace Atrium.Inference.Llama;

/// <summary>One conversation on its way through the worker. Only <see cref="Cancel"/> and <see cref="Pieces"/> are for other threads.</summary>
internal sealed class LlamaRequest(int[] prompt, int tokenLimit, TokenChooser chooser, AnswerText text, int? logProbs)
{
    // Never more pieces than tokens, and those have a limit.
    private readonly Channel<ChatPiece> _pieces = Channel.CreateUnbounded<ChatPiece>(new() { SingleReader = true, SingleWriter = true });
    private volatile bool _cancelled;
    private int _read;
    private int _lastToken;
    private int _written;

    /// <summary>Only where log probabilities are asked for.</summary>
    private readonly SpokenTokens? _spoken = logProbs is null ? null : new();

    /// <summary>A text from which on the answer is held to a grammar; null for none.</summary>
    public GrammarTrigger? Trigger { get; init; }

    /// <summary>The answer as it comes.</summary>
    public ChannelReader<ChatPiece> Pieces => _pieces.Reader;

    /// <summary>Nobody waits for the answer any more.</summary>
    public bool Cancelled => _cancelled;

    /// <summary>The last piece was written.</summary>
    public bool Ended { get; private set; }

    /// <summary>The whole prompt was read, so each turn of the worker costs this conversation one token.</summary>
    public bool Writing => _read >= prompt.Length;

    /// <summary>Where in the batch the logits of this conversation come out; -1 if not in this one.</summary>
    public int OutputIndex { get; private set; } = -1;

    /// <summary>Frees what the answer held. For the worker, when it lets go of the conversation, or for whoever could not hand it over.</summary>
    public void Release()
    {
        chooser.Dispose();
        Trigger?.Dispose();
    }

    /// <summary>Asks the worker to drop this conversation.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Adds as much of this conversation as fits to the batch.</summary>
    public void AddTo(TokenBatch batch, int sequence)
    {
        OutputIndex = -1;
        if (Writing)
        {
            OutputIndex = batch.Add(_lastToken, prompt.Length + _written - 1, sequence, output: true);
            return;
        }

        while (batch.Room > 0 && _read < prompt.Length)
        {
            var last = _read == prompt.Length - 1;
            var index = batch.Add(prompt[_read], _read, sequence, output: last);
            OutputIndex = last ? index : -1;
            _read++;
        }
    }

    /// <summary>Chooses the next token and hands out the text that is sure.</summary>
    public void Advance(LlamaSession session)
    {
        var logits = session.Logits(OutputIndex);
        var token = chooser.Choose(logits);
        if (token < 0 || session.IsEnd(token))
        {
            End(text.End(), ChatFinish.Stop);
            return;
        }

        _lastToken = token;
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
            _pieces.Writer.TryWrite(new(piece, prompt.Length, _written, null) { Tokens = _spoken?.Take(piece) ?? [] });
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
        _pieces.Writer.TryWrite(new(rest, prompt.Length, _written, finish) { Tokens = _spoken?.Take(rest) ?? [] });
        _pieces.Writer.TryComplete();
    }
}
