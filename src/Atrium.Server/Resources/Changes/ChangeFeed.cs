using System.Collections.Immutable;
using Atrium.Persistence;

namespace Atrium.Server.Resources.Changes;

/// <summary>Keeps something in step with the stored resources of some types. Told of a key, it reads what is there now: the same key may come twice and in any order.</summary>
internal interface IChangeListener
{
    /// <summary>Whether it follows a type (lower case).</summary>
    bool Follows(string type);

    ValueTask ApplyAsync(IReadOnlyCollection<ResourceChange> changes, CancellationToken cancellationToken);
}

/// <summary>
/// Passes changes of resources on to the snapshots made from them: those of this process right after the commit, before the writer has his answer, so that
/// his next request sees them; those of other nodes by <see cref="ChangePoller"/>.
/// </summary>
internal sealed class ChangeFeed
{
    private ImmutableArray<IChangeListener> listeners = [];

    /// <summary>From now on it is told. What changed before it must read for itself, after this call.</summary>
    public void Subscribe(IChangeListener listener) => ImmutableInterlocked.Update(ref listeners, (all, added) => all.Add(added), listener);

    public async ValueTask PublishAsync(IReadOnlyList<ResourceChange> changes, CancellationToken cancellationToken)
    {
        foreach (var listener in listeners)
        {
            var followed = changes.Where(c => listener.Follows(c.Type)).ToList();
            if (followed.Count > 0)
            {
                await listener.ApplyAsync(followed, cancellationToken);
            }
        }
    }
}
