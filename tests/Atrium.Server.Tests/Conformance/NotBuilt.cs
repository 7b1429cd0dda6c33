namespace Atrium.Server.Tests.Conformance;

/// <summary>The published examples whose operations are not built, by spec.</summary>
internal static class NotBuilt
{
    public static HashSet<string> Read(string spec)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Conformance", "not-built.txt"));
        return [.. lines.SkipWhile(l => l != $"# {spec}").Skip(1).TakeWhile(l => !l.StartsWith('#')).Where(l => l.Length > 0)];
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
