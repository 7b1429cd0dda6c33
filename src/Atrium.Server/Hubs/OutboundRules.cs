using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Hubs;

/// <summary>What one outbound rule of a managed network must be. Pure.</summary>
internal static class OutboundRules
{
    public const string UserDefined = nameof(UserDefined);
    private const int MaxName = 80;
    private const int MaxPort = 65535;
    private const string Http = "80";
    private const string Https = "443";
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
    private static readonly string[] StorageSuffixes = ["core.windows.net", "core.chinacloudapi.cn", "core.usgovcloudapi.net", "core.cloudapi.de", "storage.azure.net"];

    /// <param name="path">Where the rule stands in the request.</param>
    /// <param name="name">The rule's name.</param>
    /// <param name="rule">The rule, read by its shape.</param>
    /// <param name="mode">The network's isolation mode.</param>
    public static IEnumerable<Problem> Check(string path, string name, JsonObject rule, string mode)
    {
        if (name.Length is 0 or > MaxName || name.AsSpan().ContainsAnyExcept(NameCharacters) || (!char.IsAsciiLetterOrDigit(name[0]) && name[0] != '_'))
        {
            yield return new(path, $"'{name}' is no name for a rule: it needs 1 to {MaxName} letters, digits, hyphens, underscores or dots, and begins with a letter, digit or underscore.");
        }

        if (RequiredRules.IsName(name) || rule.Text("category") == RequiredRules.Category)
        {
            yield return new($"{path}.category", $"Rules of category {RequiredRules.Category}, and names that begin with {RequiredRules.Prefix}, are the service's own. Use category {UserDefined} and another name.");
        }

        var type = rule.Text("type");
        if (mode == ManagedNetworkRules.Disabled)
        {
            yield return new(path, $"A rule needs a managed network. Set properties.managedNetwork.isolationMode to {ManagedNetworkRules.InternetOutbound} or {ManagedNetworkRules.OnlyApprovedOutbound} first.");
        }
        else if (mode == ManagedNetworkRules.InternetOutbound && type is "FQDN" or "ServiceTag")
        {
            yield return new($"{path}.type", $"{type} rules are possible in {ManagedNetworkRules.OnlyApprovedOutbound} only; in {ManagedNetworkRules.InternetOutbound} all outbound traffic is allowed and only PrivateEndpoint rules can be added.");
        }

        if (type == "FQDN" && rule.Text("destination") is { } host)
        {
            foreach (var problem in CheckHost($"{path}.destination", host))
            {
                yield return problem;
            }
        }

        if (type == "ServiceTag" && rule["destination"] is JsonObject destination && destination.Text("portRanges") is { } ports && !ArePorts(ports))
        {
            yield return new($"{path}.destination.portRanges", $"'{ports}' are no ports: write 443, or 80,443 or 8000-8100, or *.");
        }

        if (type == "ServiceTag" && (rule["destination"] as JsonObject)?["addressPrefixes"] is JsonArray prefixes)
        {
            foreach (var problem in CheckPrefixes($"{path}.destination.addressPrefixes", prefixes))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<Problem> CheckPrefixes(string path, JsonArray prefixes)
    {
        for (var i = 0; i < prefixes.Count; i++)
        {
            if (!IPNetwork.TryParse((string?)prefixes[i], out _))
            {
                yield return new($"{path}[{i}]", $"'{prefixes[i]}' is no range of addresses: write 20.30.40.0/24, or 2001:db8::/32, with no bit set behind the prefix.");
            }
        }
    }

    private static IEnumerable<Problem> CheckHost(string path, string host)
    {
        var colon = host.LastIndexOf(':');
        var (name, port) = colon < 0 ? (host, Https) : (host[..colon], host[(colon + 1)..]);
        if (port is not (Http or Https))
        {
            yield return new(path, $"FQDN rules work for the ports {Http} and {Https} only; found '{port}'.");
        }

        var labels = (name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name).Split('.');
        if (Array.Exists(labels, label => label.Length is 0 or > 63 || label.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))))
        {
            yield return new(path, $"'{name}' is no host name. Write a name such as pypi.org, or *.pypi.org for all names below it, without scheme and path.");
        }
        else if (IsAzureStorage(name))
        {
            yield return new(path, $"'{name}' is Azure Storage, which an FQDN rule may not name. Use a PrivateEndpoint rule.");
        }
    }

    private static bool IsAzureStorage(string name) =>
        Array.Exists(StorageSuffixes, suffix => $".{name}".EndsWith($".{suffix}", StringComparison.OrdinalIgnoreCase));

    private static bool ArePorts(string text) => text == "*" || text.Split(',', StringSplitOptions.TrimEntries).All(range =>
    {
        var ends = range.Split('-');
        return ends.Length is 1 or 2 && ends.All(IsPort) && int.Parse(ends[0], CultureInfo.InvariantCulture) <= int.Parse(ends[^1], CultureInfo.InvariantCulture);
    });

    private static bool IsPort(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= MaxPort;
}
