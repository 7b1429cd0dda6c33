namespace Atrium.Server.Tests.Conformance;

/// <summary>The published examples that do not pass, by spec, each with its reason.</summary>
internal static class NotPassed
{
    public static HashSet<string> Read(string spec)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Conformance", "not-passed.txt"));
        return [.. lines.SkipWhile(l => l != $"# {spec}").Skip(1).TakeWhile(l => !l.StartsWith('#')).Where(l => l.Length > 0).Select(l => l[..l.IndexOf(" | ", StringComparison.Ordinal)])];
    }
}

/// <summary>What was counted, left where <c>./test</c> collects results.</summary>
internal static class Results
{
    public static void Write(string spec, int passed, IReadOnlyList<string> notBuilt)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "conformance-results"));
        File.WriteAllLines(Path.Combine(folder.FullName, spec.Replace('/', '_') + ".txt"), [$"passed {passed}", $"not built {notBuilt.Count}", .. notBuilt]);
    }
}
