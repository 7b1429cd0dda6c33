namespace Atrium.Inference.Llama;

/// <summary>A slot as a new conversation sees it.</summary>
/// <param name="Index">Which one.</param>
/// <param name="IsFree">Whether nobody is in it.</param>
/// <param name="Held">Tokens in its memory.</param>
/// <param name="Common">Those of them with which the new conversation begins.</param>
/// <param name="LastUse">The smallest was used longest ago.</param>
internal readonly record struct SlotView(int Index, bool IsFree, int Held, int Common, long LastUse);

/// <summary>Where a new conversation goes. Pure.</summary>
/// <param name="Index">The slot.</param>
/// <param name="From">The slot whose memory is copied there first; null for none.</param>
/// <param name="Common">The tokens that need not be read again.</param>
internal readonly record struct SlotChoice(int Index, int? From, int Common)
{
    /// <summary>Below this, copying a slot's memory costs more than reading the tokens again.</summary>
    public const int LeastCopied = 32;

    /// <summary>
    /// The slot that has most of the conversation already; a copy of it where it is in use, or where it holds more of another conversation than of this one.
    /// Otherwise the free slot that was used longest ago.
    /// </summary>
    /// <param name="slots">All slots; at least one is free.</param>
    public static SlotChoice Of(IReadOnlyList<SlotView> slots)
    {
        var best = slots.OrderByDescending(slot => slot.Common).ThenByDescending(slot => slot.IsFree).First();
        var oldest = slots.Where(slot => slot.IsFree).OrderBy(slot => slot.LastUse).First();
        if (best.IsFree && (best.Index == oldest.Index || (best.Common > 0 && 2 * best.Common >= best.Held)))
        {
            return new(best.Index, null, best.Common);
        }

        return best.Common - oldest.Common >= LeastCopied ? new(oldest.Index, best.Index, best.Common) : new(oldest.Index, null, oldest.Common);
    }
}
