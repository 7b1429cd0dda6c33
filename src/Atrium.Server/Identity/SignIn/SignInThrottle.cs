namespace Atrium.Server.Identity.SignIn;

/// <summary>
/// Slows down guessing. Each wrong try of an account or an address counts; past the free ones the next try has to wait, twice as long each time.
/// The table is bounded: when it is full, the entry that was quiet longest goes.
/// </summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    public const int FreePerAccount = 5;
    public const int FreePerAddress = 30;

    /// <summary>The most accounts and addresses remembered.</summary>
    public const int MaxEntries = 20_000;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestForAccount = TimeSpan.FromMinutes(15);

    /// <summary>Short: many may share an address.</summary>
    private static readonly TimeSpan LongestForAddress = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Forgets = TimeSpan.FromMinutes(30);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly PriorityQueue<string, DateTimeOffset> byAge = new();

    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Count;
            }
        }
    }

    /// <summary>How long until the account may be tried from the address; null for now.</summary>
    public TimeSpan? WaitFor(string account, string address)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            var until = new[] { Key('a', account), Key('i', address) }.Max(key => entries.GetValueOrDefault(key).Until);
            return until > now ? until - now : null;
        }
    }

    public void Failed(string account, string address)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            CountFailure(Key('a', account), FreePerAccount, LongestForAccount, now);
            CountFailure(Key('i', address), FreePerAddress, LongestForAddress, now);
        }
    }

    /// <summary>The account is free again; its address is not, or one good account would pay for guessing others.</summary>
    public void Succeeded(string account)
    {
        lock (gate)
        {
            entries.Remove(Key('a', account));
        }
    }

    private void CountFailure(string key, int free, TimeSpan longest, DateTimeOffset now)
    {
        var known = entries.GetValueOrDefault(key);
        var failures = now - known.Last > Forgets ? 1 : known.Failures + 1;
        var wait = failures < free ? TimeSpan.Zero : FirstWait * Math.Pow(2, Math.Min(failures - free, 20));
        entries[key] = new(failures, now, now + (wait < longest ? wait : longest));
        byAge.Enqueue(key, now);
        while (entries.Count > MaxEntries || byAge.Count > 2 * MaxEntries)
        {
            DropOldest();
        }
    }

    /// <summary>An entry that was written again since stands further back in the queue too.</summary>
    private void DropOldest()
    {
        if (byAge.TryDequeue(out var key, out var written) && entries.TryGetValue(key, out var entry) && entry.Last <= written)
        {
            entries.Remove(key);
        }
    }

    private static string Key(char kind, string name) => $"{kind}:{(name.Length > 128 ? name[..128] : name)}";

    private readonly record struct Entry(int Failures, DateTimeOffset Last, DateTimeOffset Until);
}
