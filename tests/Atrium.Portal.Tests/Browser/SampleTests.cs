using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Atrium.Portal.Tests.Browser;

/// <summary>The samples as they stand in the portal, copied into a file and run with the official clients.</summary>
public sealed class SampleTests(PortalScene scene)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData("curl")]
    [InlineData("C#")]
    [InlineData("Python")]
    [InlineData("JavaScript")]
    public async Task The_sample_of_a_chat_runs_and_is_answered(string language)
    {
        var sample = await CopyAsync("playground/chat", language);
        Assert.DoesNotContain(scene["apiKey"], sample, StringComparison.Ordinal);
        Assert.Matches(new Regex("\\w{2,}"), await RunAsync(sample, language));
    }

    [Theory]
    [InlineData("curl", "\"embedding\"")]
    [InlineData("JavaScript", "[ 512")]
    public async Task The_sample_of_embeddings_runs_and_is_answered(string language, string found) =>
        Assert.Contains(found, await RunAsync(await CopyAsync("playground/embeddings", language), language), StringComparison.Ordinal);

    private async Task<string> CopyAsync(string page, string language)
    {
        await using var window = await scene.OpenAsAsync("admin");
        await window.GoAsync(scene.PageOf(scene["hub"], page));
        await window.Page.GetByText("View code").First.ClickAsync();
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Tab, new() { Name = language }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Tab, new() { Name = language })).ToHaveAttributeAsync("aria-selected", "true");
        return await dialog.Locator("pre").InnerTextAsync();
    }

    private async Task<string> RunAsync(string sample, string language)
    {
        var modules = Path.Combine(Sources.Root, "tests", "Atrium.Portal.Tests", "node_modules");
        using var folder = new TemporaryFolder();
        switch (language)
        {
            case "curl":
                return await RunAsync(folder, "bash", "-c", sample + " --silent --show-error --fail-with-body");
            case "Python":
                var hasClient = await TryAsync(folder, "python3", "-c", "import openai");
                Assert.SkipWhen(!hasClient, "Python's 'openai' is not on this machine.");
                return await RunAsync(folder, "python3", "-c", sample);
            case "JavaScript":
                Assert.SkipWhen(!Directory.Exists(Path.Combine(modules, "openai")), "npm's 'openai' is not there: './test' fetches it where it may.");
                File.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules"), modules);
                await File.WriteAllTextAsync(Path.Combine(folder.Path, "sample.mjs"), sample, TestContext.Current.CancellationToken);
                return await RunAsync(folder, "node", "sample.mjs");
            default:
                var version = Regex.Match(await File.ReadAllTextAsync(Path.Combine(Sources.Root, "Directory.Packages.props"), TestContext.Current.CancellationToken), "\"OpenAI\" Version=\"([^\"]+)").Groups[1].Value;
                await File.WriteAllTextAsync(Path.Combine(folder.Path, "sample.cs"), $"#:package OpenAI@{version}\n#:property PublishAot=false\n{sample}", TestContext.Current.CancellationToken);
                return await RunAsync(folder, "dotnet", "run", "sample.cs");
        }
    }

    private static async Task<bool> TryAsync(TemporaryFolder folder, string program, params string[] arguments)
    {
        try
        {
            using var process = Start(folder, program, arguments, "");
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private async Task<string> RunAsync(TemporaryFolder folder, string program, params string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        using var process = Start(folder, program, arguments, scene["apiKey"]);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"{await output}{await error}");
        return await output;
    }

    private static Process Start(TemporaryFolder folder, string program, string[] arguments, string key)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ATRIUM_KEY"] = key;
        start.Environment["NO_PROXY"] = "localhost,127.0.0.1";
        return Process.Start(start)!;
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("atrium-sample-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
