using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Conformance;

/// <summary>
/// Plays the published examples. Those that do not pass are listed in <c>not-passed.txt</c> with the reason: an example leaves the list when it passes,
/// and nothing that passed before may fail.
/// </summary>
public sealed class ConformanceTests(PublishedExamples published) : IClassFixture<PublishedExamples>
{
    private const string TableHead = "| spec | examples | passed | not built | other reason |\n|---|--:|--:|--:|--:|\n";

    public static TheoryData<string> Specs => [.. PublishedExamples.Specs];

    [Theory]
    [MemberData(nameof(Specs))]
    public async Task Published_examples_are_answered_as_published_or_listed_with_the_reason(string spec)
    {
        Assert.SkipUnless(PublishedExamples.AreHere, "The folder of published specs is not beside this checkout.");
        var played = await published.PlayAsync(spec);
        var listed = NotPassed.Read(spec);
        var wrong = played.Examples.Select(e => Judge(e.Example, e.Outcome, listed.GetValueOrDefault(e.Example.Name))).OfType<string>().ToList();
        wrong.AddRange(listed.Keys.Except(played.Examples.Select(e => e.Example.Name)).Select(name => $"{name} is listed, but there is no such example."));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task The_compatibility_page_has_the_counts_that_were_measured()
    {
        Assert.SkipUnless(PublishedExamples.AreHere, "The folder of published specs is not beside this checkout.");
        var rows = new List<string>();
        foreach (var spec in PublishedExamples.Specs)
        {
            rows.Add((await published.PlayAsync(spec)).Row + "\n");
        }

        var table = TableHead + string.Concat(rows);
        var page = await File.ReadAllTextAsync(Repository.File("docs/compatibility.md"), TestContext.Current.CancellationToken);
        Assert.True(page.Contains(table, StringComparison.Ordinal), $"docs/compatibility.md says something else than was measured. This is its table of examples:\n{table}");
    }

    /// <summary>What is wrong with an outcome, given the reason that the list has for it.</summary>
    private static string? Judge(ExampleCase example, Outcome outcome, string? reason) => (outcome, reason) switch
    {
        ({ IsPassed: true }, null) => null,
        ({ IsPassed: true }, _) => $"{example.Name} passes now: take it off the list.",
        (_, null) => $"{example.Method} {example.Name}: {outcome.Problem}",
        ({ IsBuilt: false }, not NotPassed.NotBuilt) => $"{example.Name} is not built; the list gives another reason: {reason}",
        ({ IsBuilt: true }, NotPassed.NotBuilt) => $"{example.Name} is listed as not built, but fails: {outcome.Problem}",
        _ => null,
    };
}
