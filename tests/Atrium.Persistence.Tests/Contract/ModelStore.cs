namespace Atrium.Persistence.Tests.Contract;

/// <summary>One write of a random commit. Body 0 removes; a stale one expects a version that is gone.</summary>
internal sealed record Move(string Key, Expect Expect, bool Stale, int Body, int Link, bool Deleted);

/// <summary>What a store does, in the simplest words.</summary>
internal sealed class ModelStore(string branch)
{
    private readonly SortedDictionary<string, StoredResource> resources = new(StringComparer.Ordinal);
    private readonly HashSet<string> touched = [];

    public string Branch => branch;

    public List<ResourceChange> Changes { get; } = [];

    public IEnumerable<string> AllKeys => touched;

    public string? Link(int number) => number == 0 ? null : $"{branch}link{number}";

    public StoredResource? Find(string key) => resources.GetValueOrDefault(key);

    public List<StoredResource> List(ResourceQuery query) =>
    [
        .. resources.Values.Where(resource => (query.Link is null || resource.Link == query.Link) && resource.PurgeAt is not null == query.Deleted),
    ];

    public ResourceWrite ToWrite(Move move)
    {
        var key = branch + move.Key;
        touched.Add(key);
        var version = (Find(key)?.Version ?? 0) - (move.Stale ? 1 : 0);
        return move.Body == 0
            ? Some.Removal(key, move.Expect, version)
            : Some.Write(
                Some.Resource(key, $"{move.Body}", link: Link(move.Link), purgeAt: move.Deleted ? Some.Time : null), move.Expect, version);
    }

    public string? FirstConflict(ResourceWrite[] writes) => writes.FirstOrDefault(Conflicts)?.Key;

    public void Apply(ResourceWrite[] writes, IReadOnlyList<long> versions)
    {
        foreach (var (write, version) in writes.Zip(versions))
        {
            if (write.Resource is not null)
            {
                resources[write.Key] = write.Resource with { Version = version };
                Changes.Add(new(version, write.Key, write.Type, false));
            }
            else if (resources.Remove(write.Key))
            {
                Changes.Add(new(0, write.Key, write.Type, true));
            }
        }
    }

    private bool Conflicts(ResourceWrite write) => write.Expect switch
    {
        Expect.Nothing => Find(write.Key) is not null,
        Expect.SameVersion => Find(write.Key)?.Version != write.ExpectedVersion,
        _ => false,
    };
}
