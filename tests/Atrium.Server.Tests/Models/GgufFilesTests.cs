using System.Net;
using Atrium.Server.Models;
using Atrium.Server.Tests.Support;
using Atrium.Testing;

namespace Atrium.Server.Tests.Models;

/// <summary>A user's own model: a file in a folder.</summary>
public sealed class GgufFilesTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(3);

    [Fact]
    public void A_file_that_is_put_into_the_folder_is_offered_a_moment_later_and_one_that_is_taken_away_is_not()
    {
        using var folder = new TempFolder();
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        var files = new GgufFiles(folder["models"], clock);
        Assert.Empty(files.Usable);

        Directory.CreateDirectory(folder["models"]);
        File.Copy(StoryModel.Path, Path.Combine(folder["models"], "mine.gguf"));
        Assert.Equal(["mine"], NamesLater());

        File.WriteAllText(Path.Combine(folder["models"], "broken.gguf"), "no model");
        Assert.Equal(["mine"], NamesLater());

        File.Delete(Path.Combine(folder["models"], "mine.gguf"));
        Assert.Empty(NamesLater());

        IEnumerable<string> NamesLater()
        {
            clock.Now += Moment;
            return files.Usable.Select(file => file.Name);
        }
    }

    [Fact]
    public async Task It_answers_in_place_of_the_model_that_quotes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The llama.cpp libraries of the package are for Linux.");
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["models"]);
        File.Copy(StoryModel.Path, Path.Combine(folder["models"], "stories.gguf"));
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false", "--Models:Folder", folder["models"]]);
        using var owner = await hub.OwnerAsync();
        var key = (await NewHub.MakeAsync(owner, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g")).Key;

        var answer = await hub.Client.CallAsync(
            "POST", "/openai/v1/chat/completions", new { model = "chat", max_tokens = 12, messages = new[] { new { role = "user", content = "Once upon a time" } } }, ("api-key", key));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal(("stories", 12), ((string?)answer.Body["model"], (int?)answer.Body["usage"]!["completion_tokens"]));
        Assert.NotEmpty((string)answer.Body["choices"]![0]!["message"]!["content"]!);
    }
}
