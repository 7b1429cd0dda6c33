using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Resources;
using Atrium.Server.Tests.Registry;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Isolation;

/// <summary>
/// A hub with a victim's and a stranger's project, another hub elsewhere, and one resource of every type that is not the stranger's.
/// Whatever the victims keep bears a mark, so that it is known wherever it turns up.
/// </summary>
public sealed class IsolationScene : IAsyncLifetime
{
    public const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    public const string Developer = "64702f94-c441-49e6-a78b-ef80e0188fee";
    private const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    private const string VaultAdministrator = "00482a5a-887f-4fb3-b363-3b7fe8e74483";
    private const string FileContributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";
    private const string BlobOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string AcrPush = "8311e382-0749-4cb8-b61a-304f252e45ec";
    private const string Vaults = "https://vault.azure.net";
    private const string Registries = "https://containerregistry.azure.net";
    private const string WorkspaceType = "Microsoft.MachineLearningServices/workspaces";
    private const string Blocklist = "words";
    private const string Category = "topic";
    private const string Ml = "2024-04-01";
    private const string Cs = "2024-10-01";
    private const int RetentionDays = 347;
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";
    private readonly string otherSubscription = $"/subscriptions/{Guid.NewGuid()}";

    internal HubServer Server { get; private set; } = null!;

    internal HttpClient Administrator { get; private set; } = null!;

    /// <summary>What no stranger may ever read.</summary>
    internal HashSet<string> Marks { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Type, id and body of everything that is not the stranger's.</summary>
    internal List<(string Type, string Id, JsonObject Body)> Samples { get; } = [];

    internal string Stranger => Workspace("stranger");

    internal string Victim => Workspace("victim");

    /// <summary>The same one for vaults.</summary>
    internal HttpClient StrangerVaultCaller { get; private set; } = null!;

    /// <summary>The same one for storage.</summary>
    internal HttpClient StrangerStorageCaller { get; private set; } = null!;

    internal HttpClient StrangerRegistryCaller { get; private set; } = null!;

    internal string StrangerKey { get; private set; } = "";

    /// <summary>Owner of the stranger's project, for the resource API.</summary>
    internal HttpClient StrangerOwner { get; private set; } = null!;

    /// <summary>The same one for the data plane.</summary>
    internal HttpClient StrangerCaller { get; private set; } = null!;

    /// <summary>What may stand in a route's parameter: the victims' own.</summary>
    internal Dictionary<string, string[]> RouteValues { get; } = [];

    internal IAtriumStore Store => Server.Services.GetRequiredService<IAtriumStore>();

    internal string Hub => Workspace("team");

    private string OtherGroup => $"{otherSubscription}/resourceGroups/victim-group";

    private string OtherHub => $"{OtherGroup}/providers/Microsoft.MachineLearningServices/workspaces/victim-hub";

    public async ValueTask InitializeAsync()
    {
        Server = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        Administrator = await Server.OwnerAsync();
        await MakeHubsAsync();
        await MakeProjectThingsAsync();
        await MakeHubThingsAsync();
        await MakeIdentitiesAsync();
        await MakeStrangerAsync();
        await CollectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Administrator.Dispose();
        StrangerOwner.Dispose();
        StrangerCaller.Dispose();
        StrangerVaultCaller.Dispose();
        StrangerStorageCaller.Dispose();
        StrangerRegistryCaller.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>Everything in the store that is not the stranger's, with its version.</summary>
    internal async Task<Dictionary<string, string>> DumpAsync()
    {
        var dump = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var type in Server.Services.GetRequiredService<ResourceCatalog>().StoredTypes)
        {
            foreach (var deleted in (bool[])[false, true])
            {
                var query = new ResourceQuery { Type = type.ToLowerInvariant(), Deleted = deleted, Take = int.MaxValue };
                foreach (var resource in await Store.ListAsync(query, TestContext.Current.CancellationToken))
                {
                    if (!resource.Key.StartsWith(Stranger.ToLowerInvariant(), StringComparison.Ordinal))
                    {
                        dump[resource.Key] = $"{resource.Version} {resource.PurgeAt} {resource.Body}";
                    }
                }
            }
        }

        return dump;
    }

    private async Task MakeHubsAsync()
    {
        await PutAsync(subscription, "2024-07-01", new { displayName = "shared" });
        await PutAsync($"{subscription}/resourceGroups/team", "2024-07-01", new { location = "local" });
        await PutAsync(Hub, Ml, new { location = "local", kind = "hub", properties = new { description = "shared" } });
        await AddAsync("Microsoft.Resources/subscriptions", otherSubscription, "2024-07-01", new { displayName = Mark("subscription") });
        await AddAsync("Microsoft.Resources/resourceGroups", OtherGroup, "2024-07-01", new { location = "local", tags = Tags("group") });
        await AddAsync(WorkspaceType, OtherHub, Ml, new
        {
            location = "local",
            kind = "hub",
            tags = Tags("hub"),
            properties = new { friendlyName = Mark("hub-name"), managedNetwork = new { isolationMode = "AllowOnlyApprovedOutbound" } },
        });
        await AddAsync(WorkspaceType, Victim, Ml, Project(Hub, "project"));
        await AddAsync(WorkspaceType, $"{OtherGroup}/providers/{WorkspaceType}/victim-two", Ml, Project(OtherHub, "project-two"));
        await PutAsync(Stranger, Ml, Project(Hub, "own", isMarked: false));
    }

    private async Task MakeProjectThingsAsync()
    {
        foreach (var workspace in (string[])[Victim, Hub, OtherHub])
        {
            await AddAsync($"{WorkspaceType}/connections", $"{workspace}/connections/victim-connection", Ml, new
            {
                properties = new
                {
                    category = "OpenAI", authType = "ApiKey", isSharedToAll = false, target = $"http://127.0.0.1:9/{Mark("target")}",
                    metadata = new { note = Mark("metadata") }, credentials = new { key = Mark("secret") },
                },
            });
        }

        await AddAsync($"{WorkspaceType}/deployments", $"{Victim}/deployments/victim-deployment", Ml, new
        {
            properties = new { model = new { format = "OpenAI", name = Mark("model"), source = $"{Victim}/connections/victim-connection" } },
        });
        var gone = $"{subscription}/resourceGroups/team/providers/{WorkspaceType}/victim-gone";
        await PutAsync(gone, Ml, Project(Hub, "gone"));
        var deletion = await Administrator.CallAsync("DELETE", $"{gone}?api-version={Ml}");
        RouteValues["id"] = [new Uri(deletion.Message.Headers.GetValues("Azure-AsyncOperation").Single()).Segments[^1]];
        await Administrator.WaitAsync(deletion);
    }

    private async Task MakeHubThingsAsync()
    {
        await AddAsync($"{WorkspaceType}/outboundRules", $"{OtherHub}/outboundRules/victim-rule", Ml, new { properties = new { type = "FQDN", destination = $"{Mark("rule")}.example", category = "UserDefined" } });
        await AddAsync($"{WorkspaceType}/managedNetworks", $"{OtherHub}/managedNetworks/default", "2025-12-01", new { properties = new { managedNetwork = new { isolationMode = "AllowOnlyApprovedOutbound" } } });
        await AddAsync($"{WorkspaceType}/privateEndpointConnections", $"{OtherHub}/privateEndpointConnections/victim-endpoint", Ml, new
        {
            location = "local", properties = new { privateLinkServiceConnectionState = new { status = "Approved", description = Mark("endpoint") } },
        });
        var account = (string)(await Administrator.CallAsync("GET", $"{OtherGroup}/providers/Microsoft.CognitiveServices/accounts?api-version={Cs}")).Body["value"]![0]!["id"]!;
        await AddAsync("Microsoft.CognitiveServices/accounts", account, Cs, new { location = "local", kind = "AIServices", sku = new { name = "S0" }, tags = Tags("account") });
        await AddAsync("Microsoft.CognitiveServices/accounts/deployments", $"{account}/deployments/victim-deployment", Cs, new
        {
            sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "OpenAI", name = Mark("account-model"), version = "1" } },
        });
        var providers = $"{OtherGroup}/providers";
        await AddAsync("Microsoft.KeyVault/vaults", $"{providers}/Microsoft.KeyVault/vaults/victim-vault", "2023-07-01", new { location = "local", tags = Tags("vault"), properties = new { sku = new { family = "A", name = "standard" }, enableRbacAuthorization = true } });
        await AddAsync("Microsoft.Storage/storageAccounts", $"{providers}/Microsoft.Storage/storageAccounts/victimstorage", "2023-05-01", new { location = "local", kind = "StorageV2", sku = new { name = "Standard_LRS" }, tags = Tags("storage") });
        await AddAsync("Microsoft.ContainerRegistry/registries", $"{providers}/Microsoft.ContainerRegistry/registries/victimregistry", "2023-07-01", new { location = "local", sku = new { name = "Standard" }, tags = Tags("registry") });
        foreach (var (owner, version) in new[]
        {
            (account, Cs), ($"{providers}/Microsoft.KeyVault/vaults/victim-vault", "2023-07-01"), ($"{providers}/Microsoft.Storage/storageAccounts/victimstorage", "2023-05-01"),
            ($"{providers}/Microsoft.ContainerRegistry/registries/victimregistry", "2023-07-01"),
        })
        {
            var type = string.Join('/', owner.Split('/')[^3..^1]);
            await AddAsync($"{type}/privateEndpointConnections", $"{owner}/privateEndpointConnections/victim-endpoint", version, new
            {
                properties = new { privateLinkServiceConnectionState = new { status = "Approved", description = Mark($"endpoint-{type.Split('/')[1]}") } },
            });
        }

        await AddAsync("Microsoft.Authorization/locks", $"{account}/providers/Microsoft.Authorization/locks/victim-lock", "2020-05-01", new { properties = new { level = "CanNotDelete", notes = Mark("lock") } });
        Samples.Add(("Microsoft.KeyVault/vaults/accessPolicies", $"{providers}/Microsoft.KeyVault/vaults/victim-vault/accessPolicies/add", Json(new { properties = new { accessPolicies = Array.Empty<object>() } })));
        Marks.Add($"\"days\":{RetentionDays}");
        foreach (var (service, policy) in ((string, string)[])[("blobServices", "deleteRetentionPolicy"), ("fileServices", "shareDeleteRetentionPolicy")])
        {
            var properties = new Dictionary<string, object> { [policy] = new { enabled = true, days = RetentionDays } };
            await AddAsync($"Microsoft.Storage/storageAccounts/{service}", $"{providers}/Microsoft.Storage/storageAccounts/victimstorage/{service}/default", "2023-05-01", new { properties });
        }

        Samples.Add(("Microsoft.Resources/tags", $"{Victim}/providers/Microsoft.Resources/tags/default", Json(new { properties = new { tags = Tags("tags") } })));
        Samples.Add(("Microsoft.Authorization/permissions", $"{Victim}/providers/Microsoft.Authorization/permissions/any", []));
        Samples.Add(("Atrium.Authorization/access", $"{Victim}/providers/Atrium.Authorization/access/any", []));
    }

    private async Task MakeIdentitiesAsync()
    {
        const string version = "2026-11-01";
        foreach (var (type, body) in new (string, object)[]
        {
            ("users", new { properties = new { displayName = Mark("user"), mail = $"{Mark("mail")}@example.org", password = "a long and good pass phrase 1" } }),
            ("groups", new { properties = new { displayName = Mark("group-name"), members = Array.Empty<string>() } }),
            ("servicePrincipals", new { properties = new { displayName = Mark("principal") } }),
        })
        {
            await AddAsync($"Atrium.Identity/{type}", $"/providers/Atrium.Identity/{type}/victim-{type.ToLowerInvariant()}", version, body);
        }

        var user = (await Administrator.CallAsync("GET", $"/providers/Atrium.Identity/users/victim-users?api-version={version}")).Body["properties"]!;
        await AddAsync("Microsoft.Authorization/roleAssignments", $"{Victim}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", "2022-04-01", new
        {
            properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{Developer}", principalId = (string)user["objectId"]!, description = Mark("assignment") },
        });
        await AddAsync("Microsoft.Authorization/denyAssignments", $"{Victim}/providers/Microsoft.Authorization/denyAssignments/{Guid.NewGuid()}", "2022-04-01", new
        {
            properties = new
            {
                denyAssignmentName = Mark("denial"), description = Mark("denial-text"),
                principals = new[] { new { id = (string)user["objectId"]! } }, permissions = new[] { new { actions = new[] { "*/delete" } } },
            },
        });
        await AddAsync("Microsoft.Authorization/policyDefinitions", $"{otherSubscription}/providers/Microsoft.Authorization/policyDefinitions/victim-policy", "2023-04-01", new
        {
            properties = new
            {
                displayName = Mark("policy"), description = Mark("policy-text"),
                policyRule = new { @if = new { field = $"tags['{Mark("policy-tag")}']", exists = "false" }, then = new { effect = "audit" } },
            },
        });
        await AddAsync("Microsoft.Authorization/policyAssignments", $"{Victim}/providers/Microsoft.Authorization/policyAssignments/victim-assignment", "2023-04-01", new
        {
            properties = new
            {
                displayName = Mark("assigned"), description = Mark("assigned-text"), policyDefinitionId = "/providers/Microsoft.Authorization/policyDefinitions/871b6d14-10aa-478d-b590-94f262ecfa99",
                parameters = new { tagName = new { value = Mark("assigned-tag") } }, enforcementMode = "DoNotEnforce",
            },
        });
        Samples.Add(("Microsoft.PolicyInsights/policyStates", $"{Victim}/providers/Microsoft.PolicyInsights/policyStates/latest", []));
        await AddAsync("Microsoft.Authorization/roleDefinitions", $"{OtherGroup}/providers/Microsoft.Authorization/roleDefinitions/{Guid.NewGuid()}", "2022-04-01", new
        {
            properties = new { roleName = Mark("role"), description = Mark("role-text"), assignableScopes = new[] { OtherGroup }, permissions = new[] { new { actions = new[] { "*/read" } } } },
        });
    }

    /// <summary>Developer in the stranger's project and Reader of its hub.</summary>
    internal async Task<HttpClient> HubReaderAsync()
    {
        var app = await Server.NewAppAsync();
        await Administrator.AssignAsync(Stranger, Developer, app.ObjectId);
        await Administrator.AssignAsync(Hub, Reader, app.ObjectId);
        return await Server.SignedInAsync(app.AppId, app.ClientSecret);
    }

    private async Task MakeStrangerAsync()
    {
        var app = await Server.NewAppAsync();
        await Administrator.AssignAsync(Stranger, Owner, app.ObjectId);
        await Administrator.AssignAsync(Stranger, Developer, app.ObjectId);
        StrangerOwner = await Server.SignedInAsync(app.AppId, app.ClientSecret);
        StrangerCaller = await Server.SignedInAsync(app.AppId, app.ClientSecret, HubClients.CognitiveServices);
        StrangerVaultCaller = await Server.SignedInAsync(app.AppId, app.ClientSecret, Vaults);
        StrangerStorageCaller = await Server.SignedInAsync(app.AppId, app.ClientSecret, HubClients.Storage);
        StrangerRegistryCaller = await Server.SignedInAsync(app.AppId, app.ClientSecret, Registries);
        StrangerKey = await KeyAsync(Stranger, "listApiKeys", Ml);
    }

    /// <summary>What the server itself made for the victims, and the values that stand in routes. One call of the victim leaves a row of usage.</summary>
    private async Task CollectAsync()
    {
        var key = await KeyAsync(Victim, "listApiKeys", Ml);
        Marks.Add(key);
        var accounts = Samples.Where(s => s.Type == "Microsoft.CognitiveServices/accounts").Select(s => s.Id).ToArray();
        foreach (var account in accounts)
        {
            Marks.Add(await KeyAsync(account, "listKeys", Cs));
        }

        foreach (var workspace in (string[])[Victim, OtherHub])
        {
            var view = (await Administrator.CallAsync("GET", $"{workspace}?api-version={Ml}")).Body;
            Marks.Add((string)view["properties"]!["workspaceId"]!);
            Marks.Add((string)view["identity"]!["principalId"]!);
        }

        var domains = new List<string>();
        foreach (var account in accounts)
        {
            domains.Add((string)(await Administrator.CallAsync("GET", $"{account}?api-version={Cs}")).Body["properties"]!["customSubDomainName"]!);
        }

        await Server.Client.CallAsync(
            "POST",
            "/openai/v1/chat/completions",
            new { model = "victim-deployment", messages = new[] { new { role = "user", content = "hi" } } },
            ("api-key", key),
            ("x-atrium-tags", $"team={Mark("usage")}"));

        await MakeBlocklistAsync("", key);
        foreach (var (account, domain) in accounts.Zip(domains))
        {
            RouteValues["blocklistItem"] = [await MakeBlocklistAsync($"/ai/{domain}", await KeyAsync(account, "listKeys", Cs))];
        }

        RouteValues["blocklist"] = [Blocklist];
        await MakeCategoryAsync(key);
        var texts = new { displayName = Mark("texts"), analysisInput = new { documents = new[] { new { id = "1", language = "en", text = Mark("document") } } }, tasks = new[] { new { kind = "KeyPhraseExtraction" } } };
        var analyzing = await Server.Client.CallAsync("POST", "/language/analyze-text/jobs?api-version=2023-04-01", texts, ("Ocp-Apim-Subscription-Key", key));
        var textJob = new Uri(analyzing.Message.Headers.GetValues("operation-location").Single()).PathAndQuery;
        RouteValues["textJob"] = [textJob.Split('?')[0].Split('/')[^1]];
        await UntilAsync(async () => (string?)(await Server.Client.CallAsync("GET", textJob, null, ("Ocp-Apim-Subscription-Key", key))).Body["status"] is "succeeded" or "failed");
        RouteValues["subscriptionId"] = [subscription.Split('/')[^1], otherSubscription.Split('/')[^1]];
        RouteValues["group"] = ["team", "victim-group"];
        RouteValues["provider"] = ["Microsoft.MachineLearningServices", "Microsoft.CognitiveServices", "Microsoft.KeyVault"];
        RouteValues["location"] = ["local"];
        RouteValues["name"] = ["victim-gone"];
        RouteValues["project"] = ["victim", "victim-two"];
        RouteValues["account"] = [.. domains];
        RouteValues["deployment"] = ["victim-deployment"];
        RouteValues["model"] = ["victim-deployment"];
        using var officer = await Server.ClientForAsync(Vaults, (VaultAdministrator, Samples.Single(s => s.Type == "Microsoft.KeyVault/vaults").Id));
        var secret = await officer.CallAsync("PUT", "/vaults/victim-vault/secrets/victim-secret?api-version=7.5", new { value = Mark("vault-secret"), tags = Tags("vault-tag") });
        Assert.Equal(System.Net.HttpStatusCode.OK, secret.Status);
        var vaultKey = await officer.CallAsync("POST", "/vaults/victim-vault/keys/victim-key/create?api-version=7.5", new { kty = "EC", tags = Tags("vault-key-tag") });
        Assert.Equal(System.Net.HttpStatusCode.OK, vaultKey.Status);
        await KeepAsync("responses", "resp_victim", new() { ["response"] = new JsonObject { ["id"] = "resp_victim", ["instructions"] = Mark("response"), ["output"] = new JsonArray() }, ["items"] = new JsonArray() });
        Assert.Equal(System.Net.HttpStatusCode.OK, (await Server.Client.CallAsync("GET", "/openai/v1/responses/resp_victim", null, ("api-key", key))).Status);
        await KeepAsync("chatCompletions", "chatcmpl-victim", new() { ["completion"] = new JsonObject { ["id"] = "chatcmpl-victim", ["metadata"] = new JsonObject { ["mark"] = Mark("completion") } }, ["messages"] = new JsonArray() });
        Assert.Equal(System.Net.HttpStatusCode.OK, (await Server.Client.CallAsync("GET", "/openai/v1/chat/completions/chatcmpl-victim", null, ("api-key", key))).Status);
        RouteValues["completion"] = ["chatcmpl-victim"];
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new StringContent(Mark("file-text")), "file", $"{Mark("file")}.jsonl" } };
        using var upload = new HttpRequestMessage(HttpMethod.Post, "/openai/v1/files") { Content = form, Headers = { { "api-key", key } } };
        var file = await Answer.ReadAsync(await Server.Client.SendAsync(upload, TestContext.Current.CancellationToken));
        RouteValues["file"] = [(string)file.Body["id"]!];
        var begun = await Server.Client.CallAsync("POST", "/openai/v1/uploads", new { filename = Mark("upload"), purpose = "batch", bytes = 4, mime_type = "text/plain" }, ("api-key", key));
        RouteValues["upload"] = [(string)begun.Body["id"]!];
        var asked = new { input_file_id = RouteValues["file"][0], endpoint = "/v1/embeddings", completion_window = "24h", metadata = new { mark = Mark("batch") } };
        RouteValues["batch"] = [(string)(await Server.Client.CallAsync("POST", "/openai/v1/batches", asked, ("api-key", key))).Body["id"]!];
        await UntilAsync(async () => (string?)(await Server.Client.CallAsync("GET", $"/openai/v1/batches/{RouteValues["batch"][0]}", null, ("api-key", key))).Body["status"] == "failed");

        RouteValues["analyzer"] = ["prebuilt-video"];
        var film = new { inputs = new[] { new { data = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Mark("film"))) } } };
        RouteValues["result"] = [(string)(await Server.Client.CallAsync("POST", "/contentunderstanding/analyzers/prebuilt-video:analyze?api-version=2025-11-01", film, ("api-key", key))).Body["id"]!];
        await UntilAsync(async () => (string?)(await Server.Client.CallAsync("GET", $"/contentunderstanding/analyzerResults/{RouteValues["result"][0]}?api-version=2025-11-01", null, ("api-key", key))).Body["status"] == "Failed");

        RouteValues["response"] = ["resp_victim"];
        var talk = new { items = new[] { new { role = "user", content = Mark("conversation") } } };
        var conversation = (string)(await Server.Client.CallAsync("POST", "/openai/v1/conversations", talk, ("api-key", key))).Body["id"]!;
        RouteValues["conversation"] = [conversation];
        RouteValues["item"] = [(string)(await Server.Client.CallAsync("GET", $"/openai/v1/conversations/{conversation}/items", null, ("api-key", key))).Body["first_id"]!];
        RouteValues["mode"] = ["conversation"];
        var spoken = new { contentUrls = new[] { "http://127.0.0.1:9/a.wav" }, locale = "en-US", displayName = Mark("transcription") };
        var transcription = new Uri((string)(await Server.Client.CallAsync("POST", "/speechtotext/v3.2/transcriptions", spoken, ("api-key", key))).Body["self"]!).AbsolutePath;
        await UntilAsync(async () => (string?)(await Server.Client.CallAsync("GET", transcription, null, ("api-key", key))).Body["status"] == "Failed");

        var results = (await Server.Client.CallAsync("GET", transcription + "/files", null, ("api-key", key))).Body["values"]!.AsArray();
        RouteValues["transcription"] = [transcription.Split('/')[^1]];
        RouteValues["resultFile"] = [((string)results[0]!["self"]!).Split('/')[^1]];
        RouteValues["speechModel"] = ["victim"];
        var hook = await Server.Client.CallAsync("POST", "/speechtotext/v3.2/webhooks", new { webUrl = "http://127.0.0.1:9/", displayName = Mark("webhook"), events = new { ping = true } }, ("api-key", key));
        RouteValues["webhook"] = [((string)hook.Body["self"]!).Split('/')[^1]];
        RouteValues["locale"] = ["en-US"];
        RouteValues["synthesis"] = ["kept-synthesis"];
        RouteValues["synthesisOperation"] = [Guid.NewGuid().ToString()];
        var synthesis = new { inputKind = "SSML", description = Mark("synthesis"), inputs = new[] { new { content = Mark("synthesis-text") } } };
        await Server.Client.CallAsync("PUT", "/texttospeech/batchsyntheses/kept-synthesis?api-version=2024-04-01", synthesis, ("api-key", key), ("Operation-Id", RouteValues["synthesisOperation"][0]));
        await UntilAsync(async () => (string?)(await Server.Client.CallAsync("GET", "/texttospeech/batchsyntheses/kept-synthesis?api-version=2024-04-01", null, ("api-key", key))).Body["status"] is not ("NotStarted" or "Running"));

        RouteValues["speakerProfile"] = [];
        foreach (var scenario in new[] { "verification", "identification" })
        {
            var profile = await Server.Client.CallAsync("POST", $"/speaker-recognition/{scenario}/text-independent/profiles?api-version=2021-09-05", new { locale = "en-US" }, ("api-key", key));
            RouteValues["speakerProfile"] = [.. RouteValues["speakerProfile"], (string)profile.Body["profileId"]!];
        }


        // A link is itself the right to what it leads to; the stranger has one that is broken.
        RouteValues["link"] = [((string)results[0]!["links"]!["contentUrl"]!).Split('/')[^1][..^4] + "AAAA"];
        await MakeBlobAsync();
        await MakeFilesAsync();
        RouteValues["storage"] = ["victimstorage"];
        RouteValues["path"] = ["", "victim-container", "victim-container/victim-blob", "victim-share", "victim-share/victim-folder", "victim-share/victim-folder/victim-file"];
        RouteValues["vault"] = ["victim-vault"];
        RouteValues["secret"] = ["victim-secret"];
        RouteValues["key"] = ["victim-key"];
        RouteValues["version"] = [((string)secret.Body["id"]!).Split('/')[^1], ((string)vaultKey.Body["key"]!["kid"]!).Split('/')[^1]];
        await MakeImagesAsync();

        // The victim's call used a connection, which would be written down in the midst of the walk.
        await Server.Services.GetRequiredService<Atrium.Server.Connections.Audit.ConnectionUses>().FlushAsync(TestContext.Current.CancellationToken);
        RouteValues["page"] = ["victim"];
        RouteValues["rest"] = ["victim"];
    }

    /// <summary>What a call of the data plane left for some time, as the victim's.</summary>
    private async Task KeepAsync(string kind, string name, JsonObject body)
    {
        var id = $"{Victim}/{kind}/{name}";
        var row = new StoredResource { Key = id.ToLowerInvariant(), Id = id, Type = $"microsoft.machinelearningservices/workspaces/{kind.ToLowerInvariant()}", Body = body.ToJsonString(), PurgeAt = DateTimeOffset.MaxValue };
        await Store.CommitAsync(new() { Resources = [new() { Key = row.Key, Type = row.Type, Resource = row, Expect = Expect.Nothing }] }, TestContext.Current.CancellationToken);
    }

    private async Task MakeBlobAsync()
    {
        using var owner = await Server.ClientForAsync(HubClients.Storage, (BlobOwner, Samples.Single(s => s.Type == "Microsoft.Storage/storageAccounts").Id));
        foreach (var (path, content) in ((string, string)[])[("victim-container?restype=container", ""), ("victim-container/victim-blob", Mark("blob-text"))])
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/victimstorage.blob/{path}") { Content = new StringContent(content) };
            request.Headers.Add("x-ms-blob-type", "BlockBlob");
            request.Headers.Add("x-ms-meta-mark", Mark("blob-metadata"));
            request.Headers.Add("x-ms-tags", $"mark={Mark("blob-tag")}");
            var made = await owner.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(made.StatusCode == System.Net.HttpStatusCode.Created, await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    /// <summary>A share with a directory and a file in it.</summary>
    private async Task MakeFilesAsync()
    {
        var account = Samples.Single(s => s.Type == "Microsoft.Storage/storageAccounts").Id;
        await Server.Services.GetRequiredService<Atrium.Storage.Files.FileShares>().CreateAsync(
            (await Server.Services.GetRequiredService<Atrium.Server.Storage.StorageAccounts>().ReadAsync(TestContext.Current.CancellationToken)).Find("victimstorage")!.Data,
            "victim-share",
            quota: null,
            tier: null,
            metadata: new Dictionary<string, string> { ["mark"] = Mark("share-metadata") },
            TestContext.Current.CancellationToken);
        using var owner = await Server.ClientForAsync(HubClients.Storage, (FileContributor, account));
        foreach (var (path, content) in ((string, string)[])[("victim-folder?restype=directory", ""), ("victim-folder/victim-file", Mark("file-content"))])
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/victimstorage.file/victim-share/{path}") { Content = new StringContent(content) };
            request.Headers.Add("x-ms-type", "file");
            request.Headers.Add("x-ms-content-length", content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            request.Headers.Add("x-ms-file-request-intent", "backup");
            request.Headers.Add("x-ms-meta-mark", Mark("file-metadata"));
            var made = await owner.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(made.StatusCode == System.Net.HttpStatusCode.Created, await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    /// <summary>An image in the victims' registry, and one of the victim project in the registry that its hub shares with the stranger's.</summary>
    private async Task MakeImagesAsync()
    {
        var registry = $"{subscription}/resourceGroups/team/providers/Microsoft.ContainerRegistry/registries/hubregistry";
        await PutAsync(registry, "2023-07-01", new { location = "local", sku = new { name = "Standard" } });
        var joined = await Administrator.CallAsync("PATCH", $"{Hub}?api-version={Ml}", new { properties = new { containerRegistry = registry } });
        Assert.True((int)joined.Status is 200 or 202, joined.ToString());
        var workspace = (string)(await Administrator.CallAsync("GET", $"{Victim}?api-version={Ml}")).Body["properties"]!["workspaceId"]!;
        using var pusher = await Server.ClientForAsync(Registries, (AcrPush, registry), (AcrPush, Samples.Single(s => s.Type == "Microsoft.ContainerRegistry/registries").Id));
        string[] names = ["victimregistry/victim-app", $"{workspace}/victim-app"];
        var image = new List<string>();
        foreach (var name in names)
        {
            var manifest = await RegistryScene.PushImageAsync(pusher, name, "victim-tag", Mark("layer"));
            image.AddRange([$"{name}/manifests/victim-tag", $"{name}/manifests/{manifest}", $"{name}/blobs/{RegistryScene.DigestOf("{}"u8.ToArray())}", $"{name}/tags/list", $"{name}/referrers/{manifest}", $"{name}/blobs/uploads/"]);
        }

        RouteValues["image"] = [.. image];
        RouteValues["repository"] = [.. names, .. names.Select(name => $"{name}/_tags/victim-tag"), .. names.Select(name => $"{name}/_manifests")];
        RouteValues["registry"] = ["victimregistry"];
    }

    /// <summary>A list of theirs under a name that a stranger may use too, with one item, whose id is returned.</summary>
    private async Task<string> MakeBlocklistAsync(string root, string key)
    {
        const string version = "?api-version=2024-09-01";
        var path = $"{root}/contentsafety/text/blocklists/{Blocklist}";
        var made = await Server.Client.CallAsync("PATCH", path + version, new { description = Mark("list") }, ("api-key", key));
        Assert.Equal(201, (int)made.Status);
        var items = new { blocklistItems = new[] { new { text = Mark("item"), description = Mark("item-text") } } };
        return (string)(await Server.Client.CallAsync("POST", $"{path}:addOrUpdateBlocklistItems{version}", items, ("api-key", key))).Body["blocklistItems"]![0]!["blocklistItemId"]!;
    }

    /// <summary>A category of the victim's under a name that a stranger may use too, and an operation that builds it.</summary>
    private async Task MakeCategoryAsync(string key)
    {
        const string version = "?api-version=2024-09-15-preview";
        var lines = string.Concat(Enumerable.Range(0, 10).Select(i => $"{{\"text\":\"{Mark("example")} {i}\",\"isPositive\":true}}\n"));
        var samples = $"data:application/jsonl;base64,{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(lines))}";
        var made = await Server.Client.CallAsync("PUT", $"/contentsafety/text/categories/{Category}{version}", new { definition = Mark("category"), sampleBlobUrl = samples }, ("api-key", key));
        Assert.Equal(201, (int)made.Status);
        var operation = await Server.Client.CallAsync("POST", $"/contentsafety/text/categories/{Category}:build{version}&version=1", new { }, ("api-key", key));
        RouteValues["category"] = [Category];
        RouteValues["operation"] = [(string)operation.Body["id"]!];
        await UntilAsync(async () => (string?)(await Server.Client.CallAsync("GET", $"/contentsafety/text/categories/operations/{operation.Body["id"]}{version}", null, ("api-key", key))).Body["status"] is "Succeeded" or "Failed");
    }

    private string Workspace(string name) => $"{subscription}/resourceGroups/team/providers/{WorkspaceType}/{name}";

    private string Mark(string name)
    {
        var mark = $"mark-{name}-{Guid.NewGuid():N}";
        Marks.Add(mark);
        return mark;
    }

    private Dictionary<string, string> Tags(string name) => new() { ["mark"] = Mark(name) };

    private object Project(string hub, string name, bool isMarked = true) => new
    {
        location = "local",
        kind = "project",
        tags = isMarked ? Tags(name) : [],
        properties = new { hubResourceId = hub, friendlyName = isMarked ? Mark($"{name}-name") : "own", description = isMarked ? Mark($"{name}-text") : "own" },
    };

    private async Task AddAsync(string type, string id, string version, object body)
    {
        Samples.Add((type, id, Json(body)));
        await PutAsync(id, version, body);
    }

    private async Task PutAsync(string id, string version, object body)
    {
        var put = await Administrator.CallAsync("PUT", $"{id}?api-version={version}", body);
        Assert.True((int)put.Status is >= 200 and < 300, $"{id}: {put}");
        if ((int)put.Status == 202)
        {
            Assert.Equal("Succeeded", (string?)(await Administrator.WaitAsync(put))["status"]);
        }
    }

    private async Task<string> KeyAsync(string id, string action, string version) =>
        (string)(await Administrator.CallAsync("POST", $"{id}/{action}?api-version={version}")).Body["key1"]!;

    private static JsonObject Json(object body) => System.Text.Json.JsonSerializer.SerializeToNode(body)!.AsObject();
}
