using System.Net;
using Atrium.Server.Tests.Support;
using Atrium.Testing;

namespace Atrium.Server.Tests.Models;

/// <summary>A model and a LoRA adapter in the models folder, both written by the test, as deployments of a hub with a project.</summary>
public sealed class AdapterTests
{
    private const string Ml = "?api-version=2024-04-01";
    private const string Long = "The sea is blue and the sun is red. She said it was a big dog and he went to the small cat. ";

    [Fact]
    public async Task A_deployment_names_a_model_with_an_adapter_and_each_answers_in_its_way()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The llama.cpp libraries of the package are for Linux.");
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["models"]);
        RandomModel.Write(Path.Combine(folder["models"], "random.gguf"));
        RandomModel.WriteAdapter(Path.Combine(folder["models"], "pirate.gguf"), 7);
        RandomModel.WriteAdapter(Path.Combine(folder["models"], "other-kind.gguf"), 7, architecture: "gemma");
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false", "--Models:Folder", folder["models"]]);
        using var owner = await hub.OwnerAsync();
        var group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
        var (hubId, account, key) = await NewHub.MakeAsync(owner, group);
        foreach (var name in new[] { "random", "random+pirate" })
        {
            var deployed = await owner.CallAsync(
                "PUT", $"{account}/deployments/{name.Replace('+', '-')}?api-version=2024-10-01", new { properties = new { model = new { format = "Atrium", name, version = "1" } } });
            Assert.Equal("embedded", (string?)deployed.Body["properties"]!["servedBy"]!["reason"]);
        }

        var (plain, plainModel, _) = await AskAsync("random", key);
        var (adapted, adaptedModel, _) = await AskAsync("random-pirate", key);
        var (again, _, cached) = await AskAsync("random", key);

        Assert.Equal(("random", "random+pirate"), (plainModel, adaptedModel));
        Assert.NotEqual(plain, adapted);
        Assert.Equal(plain, again);
        Assert.True(cached > 50, $"{cached}");

        // What the account has asked is nothing to a project.
        var project = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/project";
        await NewHub.MakeWorkspaceAsync(owner, project, new { location = "local", kind = "project", properties = new { hubResourceId = hubId } });
        var (projects, _, projectCached) = await AskAsync("random", (string)(await owner.CallAsync("POST", $"{project}/listApiKeys{Ml}")).Body["key1"]!);
        Assert.Equal((plain, 0), (projects, projectCached));

        async Task<(string Text, string Model, int Cached)> AskAsync(string deployment, string by)
        {
            var answer = await hub.Client.CallAsync(
                "POST",
                $"/openai/deployments/{deployment}/chat/completions?api-version=2024-10-21",
                new { max_tokens = 20, temperature = 0, messages = new[] { new { role = "user", content = Long } } },
                ("api-key", by));
            Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
            return ((string)answer.Body["choices"]![0]!["message"]!["content"]!, (string)answer.Body["model"]!, (int)answer.Body["usage"]!["prompt_tokens_details"]!["cached_tokens"]!);
        }
    }
}
