using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Registry;
using Atrium.Server.Tests.Storage;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Isolation;

/// <summary>What a player of the two-project game may do in his own project.</summary>
internal enum Move
{
    Connect,
    Disconnect,
    Deploy,
    Undeploy,
    PutBlob,
    DeleteBlob,
    SetSecret,
    DeleteSecret,
    PushImage,
    PutShareFile,
    DeleteShareFile,
    Converse,
    Upload,
    DeleteFile,
    StartBatch,
    Respond,
    KeepChat,
    SetKey,
    PutBlocklist,
    DeleteBlocklist,
    PutCategory,
    DeleteCategory,
    AddSpeaker,
    DeleteSpeaker,
    Synthesize,
    Transcribe,
    AnalyzeTexts,
    AnalyzeVideo,
}

/// <summary>A project with its owner, who remembers what he has made. Whatever he makes bears a mark, so that it is known wherever it turns up.</summary>
internal sealed class Player : IDisposable
{
    private const string Ml = "?api-version=2024-04-01";
    private const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    private const string Developer = "64702f94-c441-49e6-a78b-ef80e0188fee";
    private const string BlobContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string FilePrivilegedContributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";
    private const string SecretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    private const string CryptoOfficer = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";

    /// <summary>The names are few and both players use the same, so that they meet.</summary>
    public static readonly string[] Names = ["shared-name", "other-name"];

    private readonly Arena arena;
    private readonly HashSet<string> marks = new(StringComparer.OrdinalIgnoreCase);

    private Player(Arena arena, string name) => (this.arena, Name) = (arena, name);

    public string Name { get; }

    public string Project => arena.Workspace(Name);

    public string WorkspaceId { get; private set; } = "";

    public string Key { get; private set; } = "";

    public HttpClient Management { get; private set; } = null!;

    public HttpClient Storage { get; private set; } = null!;

    /// <summary>For file shares.</summary>
    public HttpClient Shares { get; private set; } = null!;

    public HttpClient Vault { get; private set; } = null!;

    public HttpClient Registry { get; private set; } = null!;

    public HttpClient Models { get; private set; } = null!;

    /// <summary>What he has with the AI services beside the OpenAI API.</summary>
    public ServiceThings Services { get; private set; } = null!;

    /// <summary>What nobody else may ever read.</summary>
    public IReadOnlyCollection<string> Marks => marks;

    /// <summary>What is there now, by its kind and name: a text that reading it back must have.</summary>
    public SortedDictionary<string, string> Own { get; } = new(StringComparer.Ordinal);

    public List<string> Files { get; } = [];

    public List<string> Batches { get; } = [];

    public List<string> Responses { get; } = [];

    /// <summary>Chats that were kept.</summary>
    public List<string> Chats { get; } = [];

    private bool[] IsDeleted { get; } = new bool[Names.Length];

    public List<string> Conversations { get; } = [];

    public string Container => $"{WorkspaceId}-blobstore";

    public string Share => $"{WorkspaceId}-code";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Player> JoinAsync(Arena arena, string name)
    {
        var player = new Player(arena, name);
        await NewHub.MakeWorkspaceAsync(arena.Administrator, player.Project, new
        {
            location = "local", kind = "project", tags = new { mark = player.Mark("tag") }, properties = new { hubResourceId = arena.Hub.Id, friendlyName = player.Mark("friendly"), description = player.Mark("text") },
        });
        var view = (await arena.Administrator.CallAsync("GET", player.Project + Ml)).Body;
        player.WorkspaceId = (string)view["properties"]!["workspaceId"]!;
        player.Key = (string)(await arena.Administrator.CallAsync("POST", $"{player.Project}/listApiKeys{Ml}")).Body["key1"]!;
        player.marks.UnionWith([player.Key, (string)view["identity"]!["principalId"]!]);
        var app = await arena.Server.NewAppAsync();
        foreach (var role in (string[])[Owner, Developer])
        {
            await arena.Administrator.AssignAsync(player.Project, role, app.ObjectId);
        }

        await arena.Administrator.AssignAsync($"{arena.Storage}/fileServices/default/fileshares/{player.Share}", FilePrivilegedContributor, app.ObjectId);
        await arena.GrantAsync(arena.Storage, BlobContributor, app.ObjectId, $"@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringStartsWith '{player.WorkspaceId}-'");
        foreach (var secret in Names)
        {
            // A role is given on a secret that is there.
            Done(await arena.Officer.CallAsync("PUT", $"{arena.Secrets}/secrets/{player.Secret(secret)}?api-version=7.5", new { value = player.Mark("first-secret") }));
            await arena.Administrator.AssignAsync($"{arena.Vault}/secrets/{player.Secret(secret)}", SecretsOfficer, app.ObjectId);
            Done(await arena.Officer.CallAsync("POST", $"{arena.Secrets}/keys/{player.Secret(secret)}/create?api-version=7.5", new { kty = "EC", tags = new { mark = player.Mark("first-key") } }));
            await arena.Administrator.AssignAsync($"{arena.Vault}/keys/{player.Secret(secret)}", CryptoOfficer, app.ObjectId);
        }

        player.Management = await arena.Server.SignedInAsync(app.AppId, app.ClientSecret);
        player.Storage = await arena.Server.SignedInAsync(app.AppId, app.ClientSecret, HubClients.Storage);
        player.Shares = await arena.Server.SignedInAsync(app.AppId, app.ClientSecret, HubClients.Storage);
        player.Shares.DefaultRequestHeaders.Add("x-ms-file-request-intent", "backup");
        player.Vault = await arena.Server.SignedInAsync(app.AppId, app.ClientSecret, "https://vault.azure.net");
        player.Registry = await arena.Server.SignedInAsync(app.AppId, app.ClientSecret, "https://containerregistry.azure.net");
        player.Models = arena.Server.HttpsClient();
        player.Models.DefaultRequestHeaders.Add("api-key", player.Key);
        player.Models.DefaultRequestHeaders.Add("x-atrium-tags", $"team={player.Mark("usage")}");
        player.Services = new(player);
        return player;
    }

    /// <summary>The name of a secret or key in the vault that the projects share.</summary>
    public string Secret(string name) => $"{WorkspaceId}-{name}";

    public async Task MakeAsync(Move move, int slot)
    {
        var name = Names[slot];
        switch (move)
        {
            case Move.Connect:
                var (target, credential) = (Mark("target"), Mark("credential"));
                Done(await Management.CallAsync("PUT", $"{Project}/connections/{name}{Ml}", new
                {
                    properties = new { category = "OpenAI", authType = "ApiKey", target = $"https://{target}.example/v1", metadata = new { note = Mark("note") }, credentials = new { key = credential } },
                }));
                Own[$"connection {name}"] = target;
                Own[$"credential {name}"] = credential;
                break;
            case Move.Disconnect:
                Done(await Management.CallAsync("DELETE", $"{Project}/connections/{name}{Ml}"));
                Own.Remove($"connection {name}");
                Own.Remove($"credential {name}");
                break;
            case Move.Deploy when Own.ContainsKey($"connection {name}"):
                var model = Mark("model");
                Done(await Management.CallAsync("PUT", $"{Project}/deployments/{name}{Ml}", new
                {
                    sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "OpenAI", name = model, version = "1", source = $"{Project}/connections/{name}" } },
                }));
                Own[$"deployment {name}"] = model;
                break;
            case Move.Undeploy:
                Done(await Management.CallAsync("DELETE", $"{Project}/deployments/{name}{Ml}"));
                Own.Remove($"deployment {name}");
                break;
            case Move.PutBlob:
                var text = Mark("blob");
                Done(await Storage.PutBlobAsync($"{arena.Blobs}/{Container}/{name}", text, ("x-ms-meta-mark", Mark("metadata"))));
                Own[$"blob {name}"] = text;
                break;
            case Move.DeleteBlob:
                await Storage.BlobAsync("DELETE", $"{arena.Blobs}/{Container}/{name}");
                Own.Remove($"blob {name}");
                break;
            case Move.SetSecret:
                var secret = Mark("secret");
                if (IsDeleted[slot])
                {
                    Done(await Vault.CallAsync("POST", $"{arena.Secrets}/deletedsecrets/{Secret(name)}/recover?api-version=7.5"));
                    IsDeleted[slot] = false;
                }

                Done(await Vault.CallAsync("PUT", $"{arena.Secrets}/secrets/{Secret(name)}?api-version=7.5", new { value = secret, tags = new { mark = Mark("secret-tag") } }));
                Own[$"secret {name}"] = secret;
                break;
            case Move.DeleteSecret when !IsDeleted[slot]:
                Done(await Vault.CallAsync("DELETE", $"{arena.Secrets}/secrets/{Secret(name)}?api-version=7.5"));
                Own.Remove($"secret {name}");
                IsDeleted[slot] = true;
                break;
            case Move.PushImage:
                Own[$"image {name}"] = await RegistryScene.PushImageAsync(Registry, $"{WorkspaceId}/{name}", "latest", Mark("layer"));
                break;
            case Move.PutShareFile:
                var code = Mark("code");
                Done(await Shares.BlobAsync(
                    "PUT", $"{arena.Shares}/{Share}/{name}", code, ("x-ms-type", "file"), ("x-ms-content-length", $"{code.Length}"), ("x-ms-meta-mark", Mark("code-metadata"))));
                Own[$"code {name}"] = code;
                break;
            case Move.DeleteShareFile:
                await Shares.BlobAsync("DELETE", $"{arena.Shares}/{Share}/{name}");
                Own.Remove($"code {name}");
                break;
            case Move.Converse:
                var said = Mark("said");
                var conversation = Done(await Models.CallAsync("POST", "/openai/v1/conversations", new
                {
                    metadata = new { mark = Mark("conversation") }, items = new[] { new { type = "message", role = "user", content = said } },
                }));
                Conversations.Add((string)conversation.Body["id"]!);
                Own[$"conversation {Conversations[^1]}"] = said;
                break;
            case Move.Upload:
                await UploadAsync();
                break;
            case Move.DeleteFile when Files.Count > 0:
                Done(await Models.CallAsync("DELETE", $"/openai/v1/files/{Files[0]}"));
                Own.Remove($"file {Files[0]}");
                Files.RemoveAt(0);
                break;
            case Move.StartBatch when Files.Count > 0:
                var batch = Done(await Models.CallAsync("POST", "/openai/v1/batches", new { input_file_id = Files[^1], endpoint = "/v1/embeddings", completion_window = "24h", metadata = new { mark = Mark("batch") } }));
                Batches.Add((string)batch.Body["id"]!);
                Own[$"batch {Batches[^1]}"] = (string)batch.Body["metadata"]!["mark"]!;
                break;
            case Move.Respond:
                var response = Done(await Models.CallAsync("POST", "/openai/v1/responses", new { model = Arena.Chat, input = $"{Mark("input")} opens at nine.", metadata = new { mark = Mark("response") } }));
                Responses.Add((string)response.Body["id"]!);
                Own[$"response {Responses[^1]}"] = (string)response.Body["metadata"]!["mark"]!;
                break;
            case Move.KeepChat:
                var chat = Done(await Models.CallAsync("POST", "/openai/v1/chat/completions", new
                {
                    model = Arena.Chat, messages = new[] { new { role = "user", content = $"{Mark("asked")} opens at nine." } }, store = true, metadata = new { mark = Mark("chat") },
                }));
                Chats.Add((string)chat.Body["id"]!);
                Own[$"chat {Chats[^1]}"] = (string)(await Models.CallAsync("GET", $"/openai/v1/chat/completions/{Chats[^1]}")).Body["metadata"]!["mark"]!;
                break;
            case Move.SetKey:
                var tag = Mark("key-tag");
                Done(await Vault.CallAsync("POST", $"{arena.Secrets}/keys/{Secret(name)}/create?api-version=7.5", new { kty = "EC", tags = new { mark = tag } }));
                Own[$"key {name}"] = tag;
                break;
            default:
                await Services.MakeAsync(move, name);
                break;
        }
    }

    /// <summary>Everything he has, read back: it is there, as he left it.</summary>
    public async Task CheckOwnAsync()
    {
        foreach (var (thing, text) in Own)
        {
            var (kind, name) = (thing.Split(' ')[0], thing.Split(' ')[1]);
            var found = kind switch
            {
                "connection" => (await Management.CallAsync("GET", $"{Project}/connections/{name}{Ml}")).ToString(),
                "credential" => (await Management.CallAsync("POST", $"{Project}/connections/{name}/listsecrets{Ml}")).ToString(),
                "deployment" => (await Management.CallAsync("GET", $"{Project}/deployments/{name}{Ml}")).ToString(),
                "blob" => (await Storage.BlobAsync("GET", $"{arena.Blobs}/{Container}/{name}")).Body,
                "secret" => (await Vault.CallAsync("GET", $"{arena.Secrets}/secrets/{Secret(name)}?api-version=7.5")).ToString(),
                "image" => string.Join(' ', (await Registry.CallAsync("GET", $"/v2/{WorkspaceId}/{name}/manifests/latest")).Message.Headers.GetValues("Docker-Content-Digest")),
                "code" => (await Shares.BlobAsync("GET", $"{arena.Shares}/{Share}/{name}")).Body,
                "conversation" => (await Models.CallAsync("GET", $"/openai/v1/conversations/{name}/items")).ToString(),
                "file" => await Models.GetStringAsync(new Uri($"/openai/v1/files/{name}/content", UriKind.Relative), Cancel),
                "batch" => (await Models.CallAsync("GET", $"/openai/v1/batches/{name}")).ToString(),
                "response" => (await Models.CallAsync("GET", $"/openai/v1/responses/{name}")).ToString(),
                "chat" => (await Models.CallAsync("GET", $"/openai/v1/chat/completions/{name}")).ToString(),
                "key" => (await Vault.CallAsync("GET", $"{arena.Secrets}/keys/{Secret(name)}?api-version=7.5")).ToString(),
                _ => (await Models.CallAsync("GET", ServiceThings.Address(kind, name))).ToString(),
            };
            Assert.True(found.Contains(text, StringComparison.Ordinal), $"{Name} has lost {thing}: {found}");
        }
    }

    public void Dispose()
    {
        foreach (var client in (HttpClient[])[Management, Storage, Shares, Vault, Registry, Models])
        {
            client.Dispose();
        }
    }

    private async Task UploadAsync()
    {
        var text = Mark("file");
        var line = new JsonObject { ["custom_id"] = text, ["method"] = "POST", ["url"] = "/v1/embeddings", ["body"] = new JsonObject { ["model"] = "none", ["input"] = "x" } };
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n")), "file", $"{Mark("file-name")}.jsonl" } };
        var made = Done(await Answer.ReadAsync(await Models.PostAsync(new Uri("/openai/v1/files", UriKind.Relative), form, Cancel)));
        Files.Add((string)made.Body["id"]!);
        Own[$"file {Files[^1]}"] = text;
    }

    /// <summary>A word of his own, by which what he makes is known.</summary>
    public string Mark(string what)
    {
        var mark = $"mark-{what}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        marks.Add(mark);
        return mark;
    }

    public static Answer Done(Answer answer)
    {
        Assert.True((int)answer.Status is >= 200 and < 300, answer.ToString());
        return answer;
    }

    private static void Done(BlobAnswer answer) => Assert.True(answer.Status is HttpStatusCode.Created, answer.ToString());
}
