using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Resources;

/// <summary>What every type has from the kernel, shown on subscriptions and resource groups.</summary>
public sealed class ResourceApiTests : IAsyncLifetime
{
    private const string Version = "?api-version=2024-07-01";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";
    private HubServer hub = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(configure: OpenHouse.Configure);
        Assert.Equal(HttpStatusCode.Created, (await Put("", new { displayName = "Test" })).Status);
    }

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task Put_of_a_new_name_answers_201_and_the_same_again_200()
    {
        var created = await Put("/resourceGroups/One", new { location = "local", tags = new { team = "blue" } });
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal($"{subscription}/resourceGroups/One", (string?)created.Body["id"]);
        Assert.Equal("Microsoft.Resources/resourceGroups", (string?)created.Body["type"]);
        Assert.Equal("Succeeded", (string?)created.Body["properties"]!["provisioningState"]);
        Assert.Equal("tester", (string?)created.Body["systemData"]!["createdBy"]);
        Assert.Equal(HttpStatusCode.OK, (await Put("/resourceGroups/ONE", new { location = "local" })).Status);

        var read = await Get("/resourcegroups/oNe");
        Assert.Equal("One", (string?)read.Body["name"]);
        Assert.Null(read.Body["tags"]);
    }

    [Theory]
    [InlineData("", "MissingApiVersionParameter")]
    [InlineData("?api-version=1999-01-01", "InvalidApiVersionParameter")]
    public async Task A_missing_or_unknown_api_version_is_400_with_those_supported(string query, string code)
    {
        var answer = await hub.Client.CallAsync("GET", $"{subscription}/resourceGroups{query}");
        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer.ErrorCode));
        Assert.Contains("2024-07-01", (string?)answer.Body["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_with_a_stale_etag_is_412_and_changes_nothing()
    {
        var first = await Put("/resourceGroups/g", new { location = "local" });
        var second = await Put("/resourceGroups/g", new { location = "local", tags = new { a = "1" } });
        Assert.NotEqual(first.ETag, second.ETag);
        var stale = await Put("/resourceGroups/g", new { location = "local" }, ("If-Match", first.ETag!));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "PreconditionFailed"), (stale.Status, stale.ErrorCode));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Put("/resourceGroups/g", new { location = "local" }, ("If-None-Match", "*"))).Status);
        Assert.Equal(second.ETag, (await Get("/resourceGroups/g")).ETag);
        Assert.Equal(HttpStatusCode.OK, (await Put("/resourceGroups/g", new { location = "local" }, ("If-Match", second.ETag!))).Status);
    }

    [Fact]
    public async Task Two_writers_with_the_same_etag_never_both_win()
    {
        var before = await Put("/resourceGroups/g", new { location = "local" });
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Put("/resourceGroups/g", new { location = "local", tags = new { i = $"{i}" } }, ("If-Match", before.ETag!))));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(a => a.Status == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task Patches_at_the_same_time_all_land()
    {
        await Put("/resourceGroups/g", new { location = "local" });
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            hub.Client.CallAsync("PATCH", $"{subscription}/resourceGroups/g{Version}", $$$"""{"tags":{"t{{{i}}}":"x"}}""")));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        Assert.Equal(6, (await Get("/resourceGroups/g")).Body["tags"]!.AsObject().Count);
    }

    [Fact]
    public async Task Pages_visit_each_resource_once_in_order()
    {
        foreach (var i in Enumerable.Range(0, 7))
        {
            await Put($"/resourceGroups/g{i}", new { location = "local" });
        }

        var seen = new List<string>();
        var next = $"{subscription}/resourceGroups{Version}&$top=3";
        while (next is not null)
        {
            var page = (await hub.Client.CallAsync("GET", next)).Body;
            Assert.InRange(page["value"]!.AsArray().Count, 1, 3);
            seen.AddRange(page["value"]!.AsArray().Select(g => (string)g!["name"]!));
            next = (string?)page["nextLink"];
        }

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"g{i}"), seen);
    }

    [Theory]
    [InlineData("/resourceGroups")]
    [InlineData("/resources")]
    public async Task A_filter_holds_over_all_pages(string list)
    {
        foreach (var i in Enumerable.Range(0, 7))
        {
            var tags = new { team = i % 2 == 0 ? "even" : "odd" };
            await Put($"/resourceGroups/g{i}", new { location = "local", tags });
            await hub.Client.CallAsync("PUT", $"{subscription}/resourceGroups/g{i}/providers/Microsoft.Storage/storageAccounts/store{subscription[^8..]}{i}?api-version=2023-05-01", new { location = "local", kind = "StorageV2", sku = new { name = "Standard_LRS" }, tags });
        }

        var seen = new List<string>();
        for (var next = $"{subscription}{list}{Version}&$top=2&$filter=tagName eq 'team' and tagValue eq 'odd'"; next is not null;)
        {
            var page = (await hub.Client.CallAsync("GET", next)).Body;
            Assert.InRange(page["value"]!.AsArray().Count, 0, 2);
            seen.AddRange(page["value"]!.AsArray().Select(r => ((string)r!["name"]!)[^1..]));
            next = (string?)page["nextLink"];
        }

        Assert.Equal(["1", "3", "5"], seen);
        var wrong = await hub.Client.CallAsync("GET", $"{subscription}{list}{Version}&$filter=bogus");
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidValue"), (wrong.Status, wrong.ErrorCode));
    }

    [Fact]
    public async Task A_list_of_all_types_has_each_resource_once_whatever_the_page()
    {
        await Put("/resourceGroups/g", new { location = "local" });
        foreach (var i in Enumerable.Range(0, 3))
        {
            await hub.Client.CallAsync("PUT", $"{subscription}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/store{subscription[^8..]}{i}?api-version=2023-05-01", new { location = "local", kind = "StorageV2", sku = new { name = "Standard_LRS" } });
            await hub.Client.CallAsync("PUT", $"{subscription}/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/registry{subscription[^8..]}{i}?api-version=2023-07-01", new { location = "local", sku = new { name = "Standard" } });
        }

        foreach (var take in Enumerable.Range(1, 7))
        {
            var seen = new List<string>();
            for (var next = $"{subscription}/resourceGroups/g/resources{Version}&$top={take}"; next is not null;)
            {
                var page = (await hub.Client.CallAsync("GET", next)).Body;
                Assert.InRange(page["value"]!.AsArray().Count, 0, take);
                seen.AddRange(page["value"]!.AsArray().Select(r => (string)r!["name"]!));
                next = (string?)page["nextLink"];
            }

            Assert.Equal(6, seen.Count);
            Assert.Equal(6, seen.Distinct().Count());
        }

        Assert.Equal((HttpStatusCode.NotFound, "ResourceGroupNotFound"), await StatusOf("/resourceGroups/missing/resources"));
    }

    [Theory]
    [InlineData("not base 64")]
    [InlineData("L3N1YnNjcmlwdGlvbnMvenp6eg")]
    [InlineData("L__-AA")]
    [InlineData("L2EAYg")]
    public async Task A_token_that_no_next_link_gave_is_400(string token)
    {
        var answer = await hub.Client.CallAsync("GET", $"{subscription}/resourceGroups{Version}&$skipToken={Uri.EscapeDataString(token)}");
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidSkipToken"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Delete_runs_as_an_operation_and_deleting_nothing_is_204()
    {
        await Put("/resourceGroups/g", new { location = "local" });
        var accepted = await Delete("/resourceGroups/g");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.NotNull(accepted.Message.Headers.RetryAfter);
        Assert.NotNull(accepted.Message.Headers.Location);
        Assert.Equal("Succeeded", (string?)(await hub.Client.WaitAsync(accepted))["status"]);
        Assert.Equal((HttpStatusCode.NotFound, "ResourceGroupNotFound"), await StatusOf("/resourceGroups/g"));
        Assert.Equal(HttpStatusCode.NoContent, (await Delete("/resourceGroups/g")).Status);
    }

    [Theory]
    [InlineData("[1]", "InvalidRequestContent")]
    [InlineData("{\"location\":", "InvalidRequestContent")]
    [InlineData("{\"location\":\"\\ud83d\"}", "InvalidRequestContent")]
    [InlineData("{\"location\":\"a\",\"location\":\"b\"}", "InvalidRequestContent")]
    [InlineData("{}", "Required")]
    [InlineData("{\"location\":5,\"tags\":[]}", "ValidationFailed")]
    public async Task A_broken_body_is_400_with_the_reason(string body, string code)
    {
        var answer = await Put("/resourceGroups/g", body);
        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_name_that_is_none_is_400() => Assert.Equal(HttpStatusCode.BadRequest, (await Put("/resourceGroups/ends.", new { location = "local" })).Status);

    [Fact]
    public async Task Things_in_a_subscription_that_is_not_there_are_404()
    {
        var answer = await hub.Client.CallAsync("PUT", $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g{Version}", new { location = "local" });
        Assert.Equal((HttpStatusCode.NotFound, "SubscriptionNotFound"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Every_answer_has_request_and_correlation_ids()
    {
        var mine = Guid.NewGuid().ToString();
        var answer = await hub.Client.CallAsync("GET", $"{subscription}/nonsense{Version}", null, ("x-ms-correlation-request-id", mine));
        Assert.Equal(mine, answer.Message.Headers.GetValues("x-ms-correlation-request-id").Single());
        Assert.True(Guid.TryParse(answer.Message.Headers.GetValues("x-ms-request-id").Single(), out _));
    }

    [Fact]
    public async Task Providers_tell_types_and_versions_from_the_declarations()
    {
        var answer = await Get("/providers/Microsoft.Resources");
        var types = answer.Body["resourceTypes"]!.AsArray().Select(t => (string)t!["resourceType"]!);
        Assert.Contains("resourceGroups", types);
        Assert.All(answer.Body["resourceTypes"]!.AsArray(), t => Assert.NotEmpty(((JsonArray)t!["apiVersions"]!)));
    }

    private Task<Answer> Get(string path) => hub.Client.CallAsync("GET", $"{subscription}{path}{Version}");

    private Task<Answer> Delete(string path) => hub.Client.CallAsync("DELETE", $"{subscription}{path}{Version}");

    private Task<Answer> Put(string path, object body, params (string, string)[] headers) => hub.Client.CallAsync("PUT", $"{subscription}{path}{Version}", body, headers);

    private async Task<(HttpStatusCode, string?)> StatusOf(string path)
    {
        var answer = await Get(path);
        return (answer.Status, answer.ErrorCode);
    }
}
