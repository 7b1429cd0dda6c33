using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Atrium.Portal.Frame;

/// <summary>The operations of each user, so that a page that is loaded anew, or a second window, shows them too. <see cref="Operations"/> keeps them for later.</summary>
public sealed class OperationBoard
{
    private const int MostPerUser = 50;
    private const int MostUsers = 5_000;
    private readonly ConcurrentDictionary<string, ImmutableArray<Operation>> all = [];

    /// <summary>Tells which user's operations have changed.</summary>
    public event Action<string>? Changed;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Operation> Of(string user) => all.GetValueOrDefault(user, []);

    /// <summary>Whether this user's are known.</summary>
    public bool Has(string user) => all.ContainsKey(user);

    /// <summary>Takes over what was kept, unless somebody was faster.</summary>
    public void Fill(string user, IEnumerable<Operation> kept)
    {
        Trim(user);
        all.TryAdd(user, [.. kept.Take(MostPerUser)]);
        Changed?.Invoke(user);
    }

    /// <summary>Takes one away.</summary>
    public void Drop(string user, string id)
    {
        all.AddOrUpdate(user, _ => [], (_, known) => [.. known.Where(o => o.Id != id)]);
        Changed?.Invoke(user);
    }

    /// <summary>Puts a new one first, or a known one in its place.</summary>
    public void Put(string user, Operation operation)
    {
        Trim(user);
        all.AddOrUpdate(user, _ => [operation], (_, known) => known.FirstOrDefault(o => o.Id == operation.Id) is { } old
            ? known.Replace(old, operation)
            : [operation, .. known.Take(MostPerUser - 1)]);
        Changed?.Invoke(user);
    }

    /// <summary>Takes away those that have ended.</summary>
    public void Clear(string user)
    {
        all.AddOrUpdate(user, _ => [], (_, known) => [.. known.Where(o => o.IsRunning)]);
        Changed?.Invoke(user);
    }

    /// <summary>They were looked at.</summary>
    public void See(string user)
    {
        all.AddOrUpdate(user, _ => [], (_, known) => [.. known.Select(o => o with { Seen = !o.IsRunning })]);
        Changed?.Invoke(user);
    }

    /// <summary>What is taken away here is read again at the user's next window.</summary>
    private void Trim(string user)
    {
        if (all.Count >= MostUsers && !all.ContainsKey(user))
        {
            all.Clear();
        }
    }
}
