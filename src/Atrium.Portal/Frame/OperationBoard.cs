using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Atrium.Portal.Frame;

/// <summary>The operations of each session, so that a page that is loaded anew, or a second window, shows them too.</summary>
public sealed class OperationBoard
{
    private const int MostPerSession = 50;
    private const int MostSessions = 5_000;
    private readonly ConcurrentDictionary<string, ImmutableArray<Operation>> all = [];

    /// <summary>Tells which session's operations have changed.</summary>
    public event Action<string>? Changed;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Operation> Of(string session) => all.GetValueOrDefault(session, []);

    /// <summary>Puts a new one first, or a known one in its place.</summary>
    public void Put(string session, Operation operation)
    {
        if (all.Count >= MostSessions && !all.ContainsKey(session))
        {
            all.Clear();
        }

        all.AddOrUpdate(session, _ => [operation], (_, known) => known.FirstOrDefault(o => o.Id == operation.Id) is { } old
            ? known.Replace(old, operation)
            : [operation, .. known.Take(MostPerSession - 1)]);
        Changed?.Invoke(session);
    }

    /// <summary>Takes away those that have ended.</summary>
    public void Clear(string session)
    {
        all.AddOrUpdate(session, _ => [], (_, known) => [.. known.Where(o => o.IsRunning)]);
        Changed?.Invoke(session);
    }

    /// <summary>They were looked at.</summary>
    public void See(string session)
    {
        all.AddOrUpdate(session, _ => [], (_, known) => [.. known.Select(o => o with { Seen = !o.IsRunning })]);
        Changed?.Invoke(session);
    }
}
