using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway.Safety;

/// <summary>Custom categories, learned from examples.</summary>
public sealed class CategoryTests(OpenAiScene scene) : IClassFixture<OpenAiScene>
{
    private const string Version = "?api-version=2024-09-15-preview";

    private static readonly string[] Refunds =
    [
        "I want my money back for this order.", "Please refund the shoes that I sent back.", "How long does a refund take?", "Can I return the jacket and get my money back?",
        "The refund has not reached my card yet.", "I was charged twice, give me the money back.", "I demand a refund for the broken lamp.", "Where is my refund for the cancelled trip?",
        "Send the payment back to my account.", "I would like to be reimbursed for the delivery.", "The parcel never came, so I ask for a refund.", "Is a refund possible after thirty days?",
    ];

    private static readonly string[] Others =
    [
        "When does the shop open on Sunday?", "The jacket looks lovely in blue.", "Which size should I take?", "The delivery came a day early, thank you.", "Do you sell gift cards?",
        "My trip to the mountains was wonderful.", "How do I change my address?", "The lamp gives a warm light.", "Is the parking free for customers?", "The staff was friendly and quick.",
        "Can I pay with a card at the counter?", "The shoes fit well and look good.",
    ];

    [Fact]
    public async Task A_category_is_taught_built_and_finds_what_it_was_taught()
    {
        var (_, key) = await scene.AddProjectAsync($"cat{Guid.NewGuid():N}"[..12]);
        var made = await CallAsync("PUT", "/text/categories/refunds", Body(Samples()), key);
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        Assert.Equal(("refunds", 1, "NotStarted", "data:"), ((string?)made.Body["categoryName"], (int)made.Body["version"]!, (string?)made.Body["status"], (string?)made.Body["sampleBlobUrl"]));
        Assert.Equal("CategoryNotBuilt", (await AnalyzeAsync("Give me my money back.", key)).ErrorCode);

        var building = await CallAsync("POST", "/text/categories/refunds:build", new { }, key, "&version=1");
        Assert.Equal(HttpStatusCode.Accepted, building.Status);
        Assert.Equal((string?)building.Body["id"], building.Message.Headers.GetValues("operation-id").Single());
        var done = await EndAsync(new Uri(building.Message.Headers.GetValues("operation-location").Single()).PathAndQuery, key);
        Assert.SkipWhen((string?)done["error"]?["code"] is "ModelNotInstalled" or "ModelPackageMissing", "The models have not been pulled.");
        Assert.True((string?)done["status"] == "Succeeded", done.ToJsonString());

        Assert.True(await IsDetectedAsync("Could you please give me back what I paid for the chair?", key));
        Assert.True(await IsDetectedAsync("Hello there. The weather is nice today. I want a refund for my ticket. Have a good day.", key));
        Assert.False(await IsDetectedAsync("Which colours do you have in the summer collection?", key));
        var latest = Assert.Single((await CallAsync("GET", "/text/categories", null, key)).Body["value"]!.AsArray())!;
        Assert.Equal(("Succeeded", 1), ((string?)latest["status"], (int)latest["version"]!));
        Assert.Contains(await scene.UsageAsync("text:analyzeCustomCategory"), row => (string?)row!["model"] == "atrium-custom-category" && (int)row["status"]! == 200);
    }

    [Fact]
    public async Task Versions_are_numbered_read_and_deleted_one_by_one_or_all()
    {
        var (_, key) = await scene.AddProjectAsync($"cat{Guid.NewGuid():N}"[..12]);
        foreach (var number in (int[])[1, 2, 3])
        {
            Assert.Equal(number, (int)(await CallAsync("PUT", "/text/categories/topic", Body(Samples()), key)).Body["version"]!);
        }

        Assert.Equal([1, 2, 3], (await CallAsync("GET", "/text/categories/topic", null, key)).Body["value"]!.AsArray().Select(version => (int)version!["version"]!));
        Assert.Equal(2, (int)(await CallAsync("GET", "/text/categories/topic", null, key, "&version=2")).Body["value"]![0]!["version"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", "/text/categories/topic", null, key, "&version=2")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", "/text/categories/topic", null, key, "&version=2")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("POST", "/text/categories/topic:build", new { }, key, "&version=2")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync("DELETE", "/text/categories/topic", null, key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", "/text/categories/topic", null, key)).Status);
    }

    [Fact]
    public async Task A_project_uses_its_accounts_categories_and_nobody_uses_anothers()
    {
        var (_, one) = await scene.AddProjectAsync($"cat{Guid.NewGuid():N}"[..12]);
        var (_, two) = await scene.AddProjectAsync($"cat{Guid.NewGuid():N}"[..12]);
        await CallAsync("PUT", "/text/categories/of-all", Body(Samples()), scene.Key);
        await CallAsync("PUT", "/text/categories/of-one", Body(Samples()), one);
        Assert.Equal(["of-all", "of-one"], (await CallAsync("GET", "/text/categories", null, one)).Body["value"]!.AsArray().Select(category => (string?)category!["categoryName"]));
        Assert.Equal(["of-all"], (await CallAsync("GET", "/text/categories", null, two)).Body["value"]!.AsArray().Select(category => (string?)category!["categoryName"]));
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", "/text/categories/of-one", null, two)).Status);

        // What is the account's is not a project's to delete or build.
        await CallAsync("DELETE", "/text/categories/of-all", null, two);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("POST", "/text/categories/of-all:build", new { }, two, "&version=1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", "/text/categories/of-all", null, scene.Key)).Status);
        await CallAsync("DELETE", "/text/categories/of-all", null, scene.Key);
    }

    [Theory]
    [InlineData("not json\n", "Line 1 is not JSON")]
    [InlineData("""{"text":"x"}""", "isPositive")]
    [InlineData("""{"text":"x","isPositive":true}""", "there are 1")]
    [InlineData("""[1]""", "Line 1 must be an object")]
    public async Task Examples_that_are_wrong_are_told_line_by_line(string lines, string told)
    {
        var refused = await CallAsync("PUT", "/text/categories/wrong", Body(lines), scene.Key);
        Assert.Equal((HttpStatusCode.BadRequest, "sampleBlobUrl"), (refused.Status, (string?)(refused.Body["error"]!["target"] ?? refused.Body["error"]!["details"]![0]!["target"])));
        Assert.Contains(told, (string?)refused.Body["error"]!["message"] + refused.Body["error"]!["details"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_or_not_to_be_had_is_told()
    {
        var nothing = await CallAsync("PUT", "/text/categories/wrong", new { }, scene.Key);
        Assert.All((string[])["'definition'", "'sampleBlobUrl'"], field => Assert.Contains(field, (string?)nothing.Body["error"]!["message"], StringComparison.Ordinal));
        foreach (var url in (string[])["http://127.0.0.1:9/samples.jsonl", "azureml://datastores/workspaceblobstore/paths/none.jsonl", "data:text/plain,hello", "ftp://example.org/x"])
        {
            Assert.Equal("InvalidSampleBlobUrl", (await CallAsync("PUT", "/text/categories/wrong", new { definition = "x", sampleBlobUrl = url }, scene.Key)).ErrorCode);
        }

        Assert.Equal("InvalidResourceName", (await CallAsync("PUT", "/text/categories/a%20b", Body(Samples()), scene.Key)).ErrorCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("POST", "/text/categories/none:build", new { }, scene.Key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("POST", "/text:analyzeCustomCategory", new { text = "x", categoryName = "none" }, scene.Key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("GET", $"/text/categories/operations/{Guid.NewGuid()}", null, scene.Key)).Status);
    }

    private static object Body(string lines) => new { categoryName = (string?)null, definition = "Wishes to get money back.", sampleBlobUrl = $"data:application/jsonl;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(lines))}" };

    private static string Samples() => string.Concat(
        Refunds.Select(text => (text, isPositive: true)).Concat(Others.Select(text => (text, isPositive: false))).Select(sample => JsonSerializer.Serialize(new { sample.text, sample.isPositive }) + "\n"));

    private async Task<JsonObject> EndAsync(string operation, string key)
    {
        JsonObject view;
        do
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            view = (await scene.Hub.Client.CallAsync("GET", operation, null, ("Ocp-Apim-Subscription-Key", key))).Body;
        }
        while ((string?)view["status"] is "NotStarted" or "Running");

        return view;
    }

    private Task<Answer> AnalyzeAsync(string text, string key) => CallAsync("POST", "/text:analyzeCustomCategory", new { text, categoryName = "refunds" }, key);

    private async Task<bool> IsDetectedAsync(string text, string key) => (bool)(await AnalyzeAsync(text, key)).Body["customCategoryAnalysis"]!["detected"]!;

    private Task<Answer> CallAsync(string method, string path, object? body, string key, string query = "") =>
        scene.Hub.Client.CallAsync(method, $"/contentsafety{path}{Version}{query}", body, ("Ocp-Apim-Subscription-Key", key));
}
