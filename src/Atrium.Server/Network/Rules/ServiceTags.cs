using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Atrium.Server.Network.Rules;

/// <summary>What a service tag means here.</summary>
/// <param name="Name">As published, without a region.</param>
/// <param name="Meaning">In words.</param>
/// <param name="IsOwn">This installation, where it listens.</param>
/// <param name="IsInternet">Every public address.</param>
/// <param name="Hosts">Names of hosts.</param>
internal sealed record ServiceTag(string Name, string Meaning, bool IsOwn, bool IsInternet, ImmutableArray<HostPattern> Hosts);

/// <summary>The tags of the file <c>ServiceTags.json</c>. A tag with a region behind a dot (<c>Storage.westeurope</c>) means the same: names do not tell the region.</summary>
internal static class ServiceTags
{
    private const string FileName = "ServiceTags.json";

    public static readonly FrozenDictionary<string, ServiceTag> All = Load();

    /// <summary>A tag that is not in the file covers nothing.</summary>
    public static ServiceTag Find(string? name) =>
        name is null ? Unknown("")
        : All.TryGetValue(name, out var whole) ? whole
        : All.TryGetValue(name.Split('.')[0], out var regional) ? regional
        : Unknown(name);

    public static bool IsKnown(string name) => All.ContainsKey(name) || All.ContainsKey(name.Split('.')[0]);

    private static ServiceTag Unknown(string name) => new(name, "Not known here: it covers nothing.", IsOwn: false, IsInternet: false, []);

    private static FrozenDictionary<string, ServiceTag> Load()
    {
        using var stream = typeof(ServiceTags).Assembly.GetManifestResourceStream(FileName) ?? throw new InvalidOperationException($"{FileName} is not in the program.");
        var entries = JsonSerializer.Deserialize<Dictionary<string, Entry>>(stream, JsonSerializerOptions.Web)!;
        return entries.ToFrozenDictionary(
            entry => entry.Key,
            entry => new ServiceTag(entry.Key, entry.Value.Meaning, entry.Value.Own, entry.Value.Internet, [.. entry.Value.Hosts.Select(host => new HostPattern(host))]),
            StringComparer.OrdinalIgnoreCase);
    }

    private sealed record Entry(string Meaning, bool Own, bool Internet)
    {
        public string[] Hosts { get; init; } = [];
    }
}
