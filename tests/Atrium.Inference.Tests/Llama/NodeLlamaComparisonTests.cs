using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Atrium.Inference.Llama;
using Atrium.Testing;

namespace Atrium.Inference.Tests.Llama;

/// <summary>Holds our answers against those of the package that the libraries come from: the same file, the same prompt, greedy.</summary>
public sealed class NodeLlamaComparisonTests
{
    private const int Tokens = 120;

    [Theory]
    [InlineData("Once upon a time")]
    [InlineData("Tom and Lily went to the park. They saw a big dog")]
    [InlineData("Grüße 世界!")]
    public async Task Greedy_answer_has_the_same_tokens_as_node_llama_cpp_chooses(string opening)
    {
        var script = Install();
        var said = Run("node", script, StoryModel.Path, opening, Tokens.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotNull(said);
        var theirs = JsonSerializer.Deserialize<NodeTokens>(said, JsonSerializerOptions.Web)!;
        var options = LlamaChatModelTests.Options();
        using var session = LlamaSession.Load(StoryModel.Path, options, 512);
        await using var model = LlamaChatModelTests.Open(options);

        var ours = await LlamaChatModelTests.AnswerAsync(model, LlamaChatModelTests.Story(Tokens) with { Turns = [new("user", opening)] });

        Assert.Equal(theirs.Prompt, session.Tokenize(opening, start: true, special: false));
        Assert.Equal(theirs.Answer.Count, ours.CompletionTokens);
        var text = new AnswerText([]);
        Assert.Equal(string.Concat(theirs.Answer.Select(token => text.Add(session.Piece(token)))) + text.End(), ours.Text);
    }

    /// <summary>The script's path, beside its packages. Skips the test where they cannot be had.</summary>
    private static string Install()
    {
        var source = Source();
        Assert.SkipWhen(source is null, "The folder tests/node is not above this test.");
        var folder = Path.Combine(ModelCache.Folder, "test-node-llama");
        Directory.CreateDirectory(folder);
        foreach (var name in new[] { "greedy.mjs", "package.json" })
        {
            File.Copy(Path.Combine(source!, name), Path.Combine(folder, name), overwrite: true);
        }

        var installed = Directory.Exists(Path.Combine(folder, "node_modules", "node-llama-cpp"))
            || Run("npm", "install", "--prefix", folder, "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--silent") is not null;
        Assert.SkipUnless(installed, "npm could not install node-llama-cpp.");
        return Path.Combine(folder, "greedy.mjs");
    }

    private static string? Source()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "tests", "node", "llama-greedy");
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        return null;
    }

    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private sealed record NodeTokens(IReadOnlyList<int> Prompt, IReadOnlyList<int> Answer);
}
