using System.Text.Encodings.Web;
using System.Text.Json;

namespace Atrium.Server.Hosting.FirstRun;

/// <summary>What an installation made for its owner at the first run, in <c>installation.json</c> of the data folder, for its owner's eyes only.</summary>
internal sealed record Installation
{
    public const string FileName = "installation.json";

    /// <summary>Name of the user that an installation begins with.</summary>
    public const string FirstUser = "admin";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>running or stopped; only <c>atrium status</c> knows.</summary>
    public string? State { get; init; }

    public required string Endpoint { get; init; }

    public required string HttpsEndpoint { get; init; }

    /// <summary>Address of the portal, for a browser on this machine. Null as long as an older version wrote this file.</summary>
    public string? Portal { get; init; }

    public required string CaFile { get; init; }

    /// <summary>A key of the hub's AI services account. Null, as are the others below, for what the operator took away.</summary>
    public required string? ApiKey { get; init; }

    public required string SubscriptionId { get; init; }

    public required string ResourceGroup { get; init; }

    public required string? Hub { get; init; }

    public required string? Project { get; init; }

    public required string TenantId { get; init; }

    public required string? ClientId { get; init; }

    public required string? ClientSecret { get; init; }

    /// <summary>The project's own key: its deployments and nothing else.</summary>
    public required string? ProjectApiKey { get; init; }

    /// <summary>Name of the hub's AI services account.</summary>
    public required string? AiServicesAccount { get; init; }

    /// <summary>Name of the hub's storage account.</summary>
    public required string? StorageAccount { get; init; }

    /// <summary>Where that account's blobs are, in the form that the official clients take.</summary>
    public required string? BlobEndpoint { get; init; }

    /// <summary>The same for its file shares.</summary>
    public string? FileEndpoint { get; init; }

    /// <summary>The hub's key vault, as clients of its secrets take it.</summary>
    public string? VaultEndpoint { get; init; }

    /// <summary>Container registries, as clients take them: every repository of every registry is found here by name.</summary>
    public string? RegistryEndpoint { get; init; }

    /// <summary>What the names of images in the hub's registry begin with.</summary>
    public string? RegistryLoginServer { get; init; }

    public int? Pid { get; init; }

    public required string DataFolder { get; init; }

    public static Installation? Read(string data)
    {
        var path = Path.Combine(data, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize<Installation>(File.ReadAllText(path), Json) : null;
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public void Write() => PrivateFile.Write(Path.Combine(DataFolder, FileName), ToJson() + "\n");
}
