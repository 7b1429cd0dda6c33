using System.Security.Cryptography;

namespace Atrium.Persistence.Sql;

/// <summary>Goes along the activity log from its first chained row to its end, and stops at the first row that is not what was written there.</summary>
internal sealed class ActivityCheck(ActivityChain chain, ActivityHead head, long beganAfter)
{
    private const int PageSize = 1000;

    public async ValueTask<ActivityVerdict> RunAsync(Func<long, int, ValueTask<IReadOnlyList<(ActivityRow Row, byte[]? Hash)>>> list)
    {
        var (last, hash) = (beganAfter, ActivityChain.Beginning);
        while (last < head.Sequence)
        {
            // Rows behind the end came while this runs.
            var page = (await list(last, PageSize)).Where(found => found.Row.Sequence <= head.Sequence).ToList();
            if (page.Count == 0)
            {
                return Bad(last, last + 1, $"Row {last + 1} and all behind it are not there; the log ended with row {head.Sequence}.");
            }

            foreach (var (row, kept) in page)
            {
                if (row.Sequence != last + 1)
                {
                    return Bad(last, last + 1, row.Sequence == last + 2 ? $"Row {last + 1} is not there." : $"Rows {last + 1} to {row.Sequence - 1} are not there.");
                }

                hash = chain.Next(hash, row);
                if (kept is null || !CryptographicOperations.FixedTimeEquals(hash, kept))
                {
                    return Bad(last, row.Sequence, $"Row {row.Sequence} is not what was written there: it was changed or moved, or the row before it was.");
                }

                last = row.Sequence;
            }
        }

        return last > beganAfter && !CryptographicOperations.FixedTimeEquals(hash, head.Hash)
            ? Bad(last, last, $"The recorded end of the log does not fit row {last}.")
            : Verdict(last);
    }

    private ActivityVerdict Verdict(long last) => new() { Checked = last - beganAfter, Unchained = beganAfter, Head = head };

    private ActivityVerdict Bad(long last, long sequence, string wrong) => Verdict(last) with { FirstBad = sequence, Wrong = wrong };
}
