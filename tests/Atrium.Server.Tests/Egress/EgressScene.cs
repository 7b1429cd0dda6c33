using System.Net;
using Atrium.Server.Egress;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Egress;

/// <summary>A hub with one project and its developer, before a fake internet.</summary>
public sealed class EgressScene : IAsyncLifetime
{
    public const string Ml = "?api-version=2024-04-01";
    private const string AzureAIDeveloper = "64702f94-c441-49e6-a78b-ef80e0188fee";
    private const string StorageBlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";

    internal FakeInternet Internet { get; } = new();

    internal HubServer Server { get; private set; } = null!;

    /// <summary>Owner of everything.</summary>
    internal HttpClient Owner { get; private set; } = null!;

    /// <summary>May work in the project and nowhere else.</summary>
    internal HttpClient Developer { get; private set; } = null!;

    internal NewHub Hub { get; private set; } = null!;

    internal string Project { get; private set; } = "";

    internal string ProjectKey { get; private set; } = "";

    /// <summary>The id with which the project's containers begin.</summary>
    internal string WorkspaceId { get; private set; } = "";

    /// <summary>Path of the blob service of the hub's storage account.</summary>
    internal string BlobService { get; private set; } = "";

    /// <summary>May write blobs.</summary>
    internal HttpClient Storage { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Internet.StartAsync();
        Server = await HubServer.StartAsync(configure: Configure, settings: ["--Models:Warm", "false", "--Logging:LogLevel:Atrium", "Error"]);
        Owner = await Server.OwnerAsync();
        Hub = await NewHub.MakeAsync(Owner, group);
        Project = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/project";
        await NewHub.MakeWorkspaceAsync(Owner, Project, new { location = "local", kind = "project", properties = new { hubResourceId = Hub.Id } });
        ProjectKey = (string)(await Owner.CallAsync("POST", $"{Project}/listApiKeys{Ml}")).Body["key1"]!;
        WorkspaceId = (string)(await Owner.CallAsync("GET", Project + Ml)).Body["properties"]!["workspaceId"]!;
        var account = (string)(await Owner.CallAsync("GET", Hub.Id + Ml)).Body["properties"]!["storageAccount"]!;
        BlobService = $"/{account.Split('/')[^1]}.blob";
        Storage = await Server.ClientForAsync(HubClients.Storage, (StorageBlobDataContributor, account));
        Developer = await Server.ClientForAsync(roles: [(AzureAIDeveloper, Project)]);
    }

    public async ValueTask DisposeAsync()
    {
        Owner.Dispose();
        Developer.Dispose();
        Storage.Dispose();
        await Server.DisposeAsync();
        await Internet.DisposeAsync();
    }

    /// <summary>Writes a connection of the project, or of the hub, to a server of the OpenAI shape.</summary>
    internal static Task<Answer> ConnectAsync(HttpClient client, string workspace, string target, string name = "server") => client.CallAsync(
        "PUT", $"{workspace}/connections/{name}{Ml}", new { properties = new { category = "OpenAI", authType = "ApiKey", target, credentials = new { key = "upstream-secret" } } });

    /// <summary>Deploys in the project what answers through a connection.</summary>
    internal async Task DeployAsync(string name, string connection)
    {
        var body = new { sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "OpenAI", name = "m", source = connection } } };
        var made = await Owner.CallAsync("PUT", $"{Project}/deployments/{name}{Ml}", body);
        Assert.True(made.Status is HttpStatusCode.Created or HttpStatusCode.OK, made.ToString());
    }

    internal Task<Answer> ChatAsync(string deployment) => Server.Client.CallAsync(
        "POST", "/openai/v1/chat/completions", new { model = deployment, messages = new[] { new { role = "user", content = "hi" } } }, ("api-key", ProjectKey));

    private void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<IOutside>(Internet);
}
