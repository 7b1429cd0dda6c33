namespace Atrium.Inference.Llama;

/// <summary>A place in the model's memory: the conversation that is worked on there, or what the last one left, which the next may begin with.</summary>
internal sealed class LlamaSlot(int sequence)
{
    private int[] _left = [];
    private string _lane = "";
    private int _adapter;
    private int _leftExact;

    /// <summary>Its number in llama.cpp.</summary>
    public int Sequence => sequence;

    /// <summary>The conversation, or null when the slot is free.</summary>
    public LlamaRequest? Request { get; private set; }

    /// <summary>Grows with every use: the smallest was used longest ago.</summary>
    public long LastUse { get; private set; }

    /// <summary>The tokens in its memory.</summary>
    public ReadOnlySpan<int> Held => Request is { } request ? request.Tokens[..request.Read] : _left;

    /// <summary>How many tokens of a new conversation are here already. What another lane or adapter has read is not for it.</summary>
    public int CommonWith(LlamaRequest request)
    {
        if (request.Lane != (Request?.Lane ?? _lane) || request.Adapter != (Request?.Adapter ?? _adapter))
        {
            return 0;
        }

        // The last token of a prompt is always read: what follows it is asked of the model.
        var common = Held.CommonPrefixLength(request.Tokens[..^1]);
        return request.IsExact ? ExactReading.Whole(Math.Min(common, Request?.ExactRead ?? _leftExact)) : common;
    }

    /// <summary>Takes a conversation that begins with what is here.</summary>
    /// <param name="request">The conversation.</param>
    /// <param name="common">How many of its tokens are here.</param>
    /// <param name="use">The number of this use.</param>
    public void Begin(LlamaRequest request, int common, long use)
    {
        (Request, LastUse) = (request, use);
        request.Begin(common);
    }

    /// <summary>Lets go of the conversation and keeps what it has read.</summary>
    public void End()
    {
        var request = Request!;
        (_left, _lane, _adapter, _leftExact) = (Held.ToArray(), request.Lane, request.Adapter, request.ExactRead);
        Request = null;
    }

    /// <summary>The same, where nobody knows what is in the memory.</summary>
    public void EndAndForget()
    {
        Request = null;
        (_left, _leftExact) = ([], 0);
    }
}
