using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.AiServices;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Speech.Speakers;

/// <summary>Profiles of speakers in the store, under their account or project.</summary>
internal sealed class SpeakerProfiles(IAtriumStore store, ISecretCipher cipher, TimeProvider clock)
{
    public static readonly string[] Types = [$"{AccountType.TypeName}/{Segment}", $"{Workspaces.Type}/{Segment}"];
    private const string Segment = "voiceProfiles";

    /// <summary>Of one account or project, of both kinds.</summary>
    private const int MostProfiles = 2000;

    /// <summary>How often a write is tried again when another writer was faster.</summary>
    private const int MaxTries = 20;

    public async Task<SpeakerProfile> AddAsync(KeyOwner owner, string scenario, string locale, CancellationToken cancellationToken)
    {
        if ((await RowsAsync(owner, after: null, MostProfiles, cancellationToken)).Count >= MostProfiles)
        {
            throw ApiException.BadRequest("QuotaExceeded", $"There are {MostProfiles} speaker profiles here, which is the most. Delete one first.");
        }

        var now = clock.GetUtcNow();
        var profile = new SpeakerProfile { Id = Guid.NewGuid().ToString(), Scenario = scenario, Locale = locale, Created = now, Updated = now };
        var id = IdOf(owner, profile.Id);
        var row = new StoredResource { Key = id.Key, Id = id.Text, Type = TypeOf(owner), Body = profile.Seal(id.Key, cipher) };
        await store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = row.Type, Resource = row, Expect = Expect.Nothing }] }, cancellationToken);
        return profile;
    }

    /// <summary>Null where there is none of that kind.</summary>
    public async ValueTask<SpeakerProfile?> FindAsync(KeyOwner owner, string scenario, string id, CancellationToken cancellationToken) =>
        await RowAsync(owner, id, cancellationToken) is { } row && SpeakerProfile.Read(row, cipher) is var profile && profile.Scenario == scenario ? profile : null;

    /// <summary>In the order of their ids.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="scenario">Of which kind.</param>
    /// <param name="after">Id of the one before the page; null for the first page.</param>
    /// <param name="take">At most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<SpeakerProfile>> ListAsync(KeyOwner owner, string scenario, string? after, int take, CancellationToken cancellationToken) =>
        [.. (await RowsAsync(owner, after, MostProfiles, cancellationToken)).Select(row => SpeakerProfile.Read(row, cipher)).Where(profile => profile.Scenario == scenario).Take(take)];

    /// <summary>Changes a profile; the change may be asked for again when another writer was faster. Null where there is none of that kind.</summary>
    public async Task<SpeakerProfile?> ChangeAsync(KeyOwner owner, string scenario, string id, Func<SpeakerProfile, SpeakerProfile> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            if (await RowAsync(owner, id, cancellationToken) is not { } row || SpeakerProfile.Read(row, cipher) is not { } found || found.Scenario != scenario)
            {
                return null;
            }

            var changed = change(found) with { Updated = clock.GetUtcNow() };
            if ((await store.CommitAsync(new() { Resources = [ResourceWriter.Replace(row, row with { Body = changed.Seal(row.Key, cipher) })] }, cancellationToken)).Committed)
            {
                return changed;
            }
        }

        throw ApiException.Conflict("ServerBusy", $"Other writes of the profile '{id}' came first {MaxTries} times. Nothing was written. Try again.");
    }

    public async Task RemoveAsync(KeyOwner owner, string id, CancellationToken cancellationToken) =>
        await store.CommitAsync(new() { Resources = [new() { Key = IdOf(owner, id).Key, Type = TypeOf(owner), Expect = Expect.Anything }] }, cancellationToken);

    private async ValueTask<StoredResource?> RowAsync(KeyOwner owner, string id, CancellationToken cancellationToken) =>
        Guid.TryParse(id, out var guid) ? await store.FindAsync(IdOf(owner, guid.ToString()).Key, cancellationToken) : null;

    private ValueTask<IReadOnlyList<StoredResource>> RowsAsync(KeyOwner owner, string? after, int take, CancellationToken cancellationToken) =>
        store.ListAsync(new() { Type = TypeOf(owner), KeyPrefix = $"{owner.Id.Key}/{Segment.ToLowerInvariant()}/", After = after is null ? null : IdOf(owner, after).Key, Take = take }, cancellationToken);

    private static ResourceId IdOf(KeyOwner owner, string id) => owner.Id.Child(Segment, id);

    private static string TypeOf(KeyOwner owner) => Types[owner.IsProject ? 1 : 0].ToLowerInvariant();
}
