using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Atrium.Server.Hosting.Settings;

/// <summary>Finds everything that is wrong with the settings at once.</summary>
internal static class SettingsCheck
{
    /// <summary>Sections of the framework, with keys of its own.</summary>
    private static readonly string[] Foreign = ["Logging"];

    /// <param name="configuration">All sources.</param>
    /// <param name="sections">What is declared.</param>
    /// <param name="onlyKnown">Passes over keys that are not declared: for a command that knows a part of the settings.</param>
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public static void Demand(IConfigurationRoot configuration, IReadOnlyList<SettingsSection> sections, bool onlyKnown = false)
    {
        if (Find(configuration, sections, onlyKnown) is { Count: > 0 } problems)
        {
            throw new SettingsException(problems);
        }
    }

    public static IReadOnlyList<string> Find(IConfigurationRoot configuration, IReadOnlyList<SettingsSection> sections, bool onlyKnown = false)
    {
        var settings = sections.SelectMany(Setting.Of).ToDictionary(s => s.Key, StringComparer.OrdinalIgnoreCase);
        var problems = new List<string>();
        foreach (var provider in onlyKnown ? [] : configuration.Providers)
        {
            problems.AddRange(UnknownKeys(provider, settings));
        }

        var wrong = configuration.AsEnumerable()
            .Where(pair => pair.Value is not null)
            .OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
            .Select(pair => (pair.Key, Value: pair.Value!, Setting: Declared(pair.Key, settings)))
            .Where(found => found.Setting?.Accepts(found.Value) is false)
            .Select(found => new SettingProblem(found.Key, found.Setting!.IsSecret ? "***" : found.Value, found.Setting.Allowed) { Source = SourceOf(configuration, found.Key) }.ToString())
            .ToList();
        problems.AddRange(wrong);
        if (wrong.Count > 0)
        {
            // Rules over several values need values that can be read.
            return problems;
        }

        foreach (var section in sections)
        {
            var options = (section.Name.Length == 0 ? configuration : (IConfiguration)configuration.GetSection(section.Name)).Get(section.Options)
                ?? Activator.CreateInstance(section.Options);
            problems.AddRange(options is ISettingRules rules ? rules.Check().Select(p => (p with { Source = SourceOf(configuration, p.Key) }).ToString()) : []);
        }

        return problems;
    }

    private static IEnumerable<string> UnknownKeys(IConfigurationProvider provider, Dictionary<string, Setting> settings)
    {
        if (NameOf(provider) is not { } source)
        {
            yield break;
        }

        var tops = settings.Keys.Select(Top).Concat(Foreign).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var key in KeysOf(provider, null))
        {
            var isKnown = Declared(key, settings) is not null || Foreign.Contains(Top(key), StringComparer.OrdinalIgnoreCase);

            // The environment holds other ATRIUM_ variables too; only what lies in a section of ours is meant for us.
            var isMeant = provider is not EnvironmentVariablesConfigurationProvider || (key.Contains(':', StringComparison.Ordinal) && tops.Contains(Top(key)));
            if (!isKnown && isMeant)
            {
                var nearest = Spelling.Nearest(key, settings.Keys);
                yield return $"{key} ({source}) is no setting.{(nearest is null ? " 'docs/settings.md' lists all." : $" Did you mean {nearest}?")}";
            }
        }
    }

    /// <summary>The setting that a key is, or is an element of.</summary>
    private static Setting? Declared(string key, Dictionary<string, Setting> settings)
    {
        if (settings.TryGetValue(key, out var exact) || settings.TryGetValue(WithoutNumbers(key), out exact))
        {
            return exact;
        }

        var parent = key.LastIndexOf(':') is > 0 and var at ? key[..at] : "";
        return (settings.TryGetValue(parent, out var whole) || settings.TryGetValue(WithoutNumbers(parent), out whole)) && (whole.IsMap || (whole.IsList && key[(parent.Length + 1)..].All(char.IsAsciiDigit))) ? whole : null;
    }

    private static IEnumerable<string> KeysOf(IConfigurationProvider provider, string? parent)
    {
        foreach (var child in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var key = parent is null ? child : $"{parent}:{child}";
            var inner = KeysOf(provider, key).ToList();
            if (inner.Count == 0)
            {
                yield return key;
            }

            foreach (var below in inner)
            {
                yield return below;
            }
        }
    }

    private static string WithoutNumbers(string key) => string.Join(':', key.Split(':').Select(part => part.All(char.IsAsciiDigit) ? Setting.AnyIndex : part));

    private static string Top(string key) => key.Split(':', 2)[0];

    private static string? SourceOf(IConfigurationRoot configuration, string key) =>
        configuration.Providers.LastOrDefault(p => p.TryGet(key, out _)) is { } provider ? NameOf(provider) : null;

    private static string? NameOf(IConfigurationProvider provider) => provider switch
    {
        JsonConfigurationProvider { Source: { FileProvider: var files, Path: { } path } } => files?.GetFileInfo(path).PhysicalPath ?? path,
        EnvironmentVariablesConfigurationProvider => "environment",
        CommandLineConfigurationProvider => "command line",
        _ => null,
    };
}
