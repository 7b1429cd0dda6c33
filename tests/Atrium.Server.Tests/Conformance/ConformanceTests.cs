using System.Globalization;
using System.Text;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Conformance;

/// <summary>
/// Plays every published example of the resource API. Those that do not pass are listed in <c>not-passed.txt</c> with the reason: an example leaves the
/// list when it passes, and nothing that passed before may fail.
/// </summary>
public sealed class ConformanceTests : IAsyncLifetime
{
    private static readonly string[] Specs =
    [
        "arm-machinelearning/2024-04-01/machineLearningServices.json",
        "arm-machinelearning/2024-04-01/workspaceFeatures.json",
        "arm-cognitiveservices/2023-05-01/cognitiveservices.json",
        "arm-cognitiveservices/2024-06-01-preview/cognitiveservices.json",
        "arm-authorization/2022-04-01/authorization-RoleAssignmentsCalls.json",
        "arm-authorization/2022-04-01/authorization-RoleDefinitionsCalls.json",
        "arm-keyvault/2023-07-01/keyvault.json",
    ];

    private HubServer hub = null!;

    public async ValueTask InitializeAsync() => hub = await HubServer.StartAsync(configure: OpenHouse.Configure);

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    public static TheoryData<string> SpecNames => [.. Specs];

    [Theory]
    [MemberData(nameof(SpecNames))]
    public async Task Published_examples_are_answered_as_published_or_listed_with_the_reason(string name)
    {
        if (SpecFile.Folder is not { } folder)
        {
            Assert.Skip("The folder of published specs is not beside this checkout.");
            return;
        }

        var examples = SpecFile.Load(Path.Combine(folder, name)).Examples().ToList();
        var run = new ExampleRun(hub.Client, examples);
        var listed = NotPassed.Read(name);
        var (passed, notBuilt, wrong) = (0, new List<string>(), new List<string>());
        foreach (var example in examples)
        {
            var (isBuilt, problem) = await run.PlayAsync(example);
            if (problem is null)
            {
                passed++;
            }
            else if (!isBuilt)
            {
                notBuilt.Add(example.Name);
            }
            else if (!listed.Contains(example.Name))
            {
                wrong.Add($"{example.Method} {example.Name}: {problem}");
            }

            if (problem is null && listed.Contains(example.Name))
            {
                wrong.Add($"{example.Name} passes now: take it off the list of what is not built.");
            }
        }

        wrong.AddRange(notBuilt.Where(n => !listed.Contains(n)).Select(n => $"{n} is not built and not listed."));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {passed} passed, {notBuilt.Count} not built, {wrong.Count} wrong"));
        Results.Write(name, passed, notBuilt);
        Assert.True(wrong.Count == 0, new StringBuilder().AppendJoin('\n', wrong).ToString());
    }
}
