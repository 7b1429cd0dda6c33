using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Policies;

/// <summary>A hub with a project, and what tests of policies do with them.</summary>
public sealed class PolicyScene : IAsyncLifetime
{
    public const string Ml = "?api-version=2024-04-01";
    public const string Cs = "?api-version=2024-10-01";
    public const string Version = "?api-version=2022-06-01";
    public const string Models = "a7d10000-0001-4a00-8a00-a7c1b0000001";
    public const string Categories = "a7d10000-0002-4a00-8a00-a7c1b0000002";
    public const string Sizes = "a7d10000-0003-4a00-8a00-a7c1b0000003";
    public const string Capacity = "a7d10000-0004-4a00-8a00-a7c1b0000004";
    public const string AnswerTokens = "a7d10000-0005-4a00-8a00-a7c1b0000005";
    public const string Tag = "871b6d14-10aa-478d-b590-94f262ecfa99";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
    private NewHub made = null!;

    internal HubServer Server { get; private set; } = null!;

    internal HttpClient Owner { get; private set; } = null!;

    internal string Subscription => group[..group.IndexOf("/resourceGroups", StringComparison.Ordinal)];

    internal string Group => group;

    internal string Hub => made.Id;

    internal string Account => made.Account;

    internal string Project => $"{group}/providers/Microsoft.MachineLearningServices/workspaces/policyproject";

    public async ValueTask InitializeAsync()
    {
        Server = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        Owner = await Server.OwnerAsync();
        made = await NewHub.MakeAsync(Owner, group);
        await NewHub.MakeWorkspaceAsync(Owner, Project, new { location = "local", kind = "project", properties = new { hubResourceId = Hub } });
    }

    public async ValueTask DisposeAsync()
    {
        Owner.Dispose();
        await Server.DisposeAsync();
    }

    internal static string BuiltIn(string name) => $"/providers/Microsoft.Authorization/policyDefinitions/{name}";

    /// <summary>Assigns a policy; disposing it takes it away again, so that the tests of a class can share the scene.</summary>
    internal async Task<Assigned> AssignAsync(string scope, string definition, object parameters, string enforcement = "Default", string? message = null, string[]? notScopes = null)
    {
        var id = $"{scope}/providers/Microsoft.Authorization/policyAssignments/a{Guid.NewGuid():N}";
        var answer = await Owner.CallAsync("PUT", id + Version, Body(definition, parameters, enforcement, message, notScopes));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
        return new(Owner, id);
    }

    internal static JsonObject Body(string definition, object parameters, string enforcement = "Default", string? message = null, string[]? notScopes = null) =>
        System.Text.Json.JsonSerializer.SerializeToNode(new
        {
            properties = new
            {
                displayName = "a policy of a test", policyDefinitionId = definition.StartsWith('/') ? definition : BuiltIn(definition), parameters, enforcementMode = enforcement, notScopes = notScopes ?? [],
                nonComplianceMessages = message is null ? [] : new[] { new { message } },
            },
        })!.AsObject();

    internal Task<Answer> DeployAsync(string at, string model, int capacity = 1, HttpClient? client = null, object? tags = null) => (client ?? Owner).CallAsync(
        "PUT", $"{at}/deployments/d{Guid.NewGuid():N}"[..(at.Length + 30)] + (at == Account ? Cs : Ml), new { sku = new { name = "Standard", capacity }, tags, properties = new { model = new { format = "OpenAI", name = model, version = "1" } } });

    internal Task<Answer> ConnectAsync(string at, string category) => Owner.CallAsync("PUT", $"{at}/connections/c{Guid.NewGuid():N}"[..(at.Length + 30)] + Ml, new
    {
        properties = new { category, authType = "None", target = "https://example.org" },
    });

    internal sealed record Assigned(HttpClient Owner, string Id) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => Assert.Equal(HttpStatusCode.OK, (await Owner.CallAsync("DELETE", Id + Version)).Status);
    }
}
