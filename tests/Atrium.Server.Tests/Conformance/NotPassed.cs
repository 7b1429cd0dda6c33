namespace Atrium.Server.Tests.Conformance;

/// <summary>The published examples that do not pass, by spec, each with its reason.</summary>
internal static class NotPassed
{
    public const string NotBuilt = "not built";
    private const string Separator = " | ";

    public static Dictionary<string, string> Read(string spec) => File
        .ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Conformance", "not-passed.txt"))
        .SkipWhile(line => line != $"# {spec}")
        .Skip(1)
        .TakeWhile(line => !line.StartsWith('#'))
        .Where(line => line.Length > 0)
        .Select(line => line.Split(Separator))
        .ToDictionary(parts => parts[0], parts => parts[1]);
}
