using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Cli;

/// <summary>The page that a newcomer follows, word for word.</summary>
public sealed partial class QuickstartTests : IDisposable
{
    private readonly AtriumProcess atrium = new();

    public void Dispose() => atrium.Dispose();

    [Fact]
    public async Task Every_command_of_the_quickstart_works_in_its_order()
    {
        var page = await File.ReadAllTextAsync(Repository.File(Path.Combine("docs", "quickstart.md")), TestContext.Current.CancellationToken);
        var commands = string.Join('\n', Block().Matches(page).Select(block => block.Groups[1].Value));
        Assert.Contains("./atrium up", commands, StringComparison.Ordinal);

        // The page's own port may be another hub's here.
        var shim = Path.Combine(atrium.Home, "atrium");
        await File.WriteAllTextAsync(shim, $"#!/bin/sh\nATRIUM_LISTEN__PORT=0 exec dotnet '{AtriumProcess.Program}' \"$@\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal(0, (await atrium.RunAsync("models", "pull")).Code);
        try
        {
            var run = await atrium.RunProgramAsync("bash", "-euo", "pipefail", "-c", commands);
            Assert.True(run.Code == 0, run.Error);
            var answers = run.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
            Assert.All(answers, answer => Assert.False(answer.ContainsKey("error"), answer.ToJsonString()));
            Assert.Contains("The office opens at nine.", (string)answers[0]["choices"]![0]!["message"]!["content"]!, StringComparison.Ordinal);
            Assert.Equal(["hub", "project"], answers[1..3].Select(workspace => (string?)workspace["kind"]));
            Assert.NotEmpty(answers[3]["settings"]!.AsArray());
            Assert.Equal(["key1", "key2"], answers[4].Select(key => key.Key));
            Assert.Contains("tokens in", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            await atrium.RunAsync("down");
        }
    }

    [GeneratedRegex("^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
