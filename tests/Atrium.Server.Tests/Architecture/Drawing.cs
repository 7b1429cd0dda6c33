namespace Atrium.Server.Tests.Architecture;

/// <summary>The drawn edges between features.</summary>
internal static class Drawing
{
    public static IReadOnlyList<Edge> Edges { get; } =
    [
        new("AiServices", "Identity", "An account's managed identity is one of the tenant."),
        new("Cli", "Gateway", "'atrium connect' asks a model server where the gateway will."),
        new("Cli", "Egress", "A program in the managed network goes out by the relay of 'atrium network run', which resolves and connects as the server does."),
        new("Cli", "Network", "'atrium network run' makes the namespace."),
        new("Audit", "Egress", "The activity log is posted to a webhook."),
        new("Audit", "Identity", "A denied call names its caller."),
        new("Cli", "Audit", "'atrium audit' checks the log that the server writes."),
        new("Cli", "Models", "'atrium models' pulls and checks into the folder that the server reads."),
        new("Connections", "Vault", "The secrets of connections lie in the hub's key vault."),
        new("Cli", "Identity", "'atrium up' prints a sign-in link and how long it is good."),
        new("Connections", "Hubs", "A connection belongs to a workspace, and a project sees the shared ones of its hub."),
        new("Connections", "Egress", "A connection may be granted one private address, which the egress handler then lets pass."),
        new("Gateway", "AiServices", "Keys, deployments and paths of accounts are what a call is resolved against."),
        new("Gateway", "Identity", "A call may bring a token in place of a key."),
        new("Gateway", "Models", "Embedded deployments are answered by the engines."),
        new("Gateway", "Connections", "Deployments and operations are answered through connections."),
        new("Gateway", "Egress", "Model servers are called, and URLs in calls fetched, by the one way out."),
        new("Gateway", "Storage", "Transcriptions hear, and videos are watched, that lie in the project's own container."),
        new("Gateway", "Hubs", "The scope of a project, which its containers are named by."),
        new("Gateway", "Policies", "A policy may limit the tokens of an answer."),
        new("Gateway", "Usage", "The last step leaves the call's row."),
        new("Hosting", "Hubs", "The first start makes a hub."),
        new("Hosting", "Identity", "The first start makes the tenant, its issuer and the first principal."),
        new("Hubs", "Identity", "A workspace's managed identity is one of the tenant."),
        new("Identity", "Egress", "What an outside issuer publishes is fetched by the one way out."),
        new("Models", "AiServices", "The installed models are the catalog that deployments choose from."),
        new("Network", "Egress", "Tells the one way out what a hub's managed network allows."),
        new("Network", "Hubs", "The managed network is a setting of the hub."),
        new("Encryption", "Hubs", "A hub's key wraps the data keys of its projects."),
        new("Encryption", "Vault", "A hub's key is wrapped by a key of a vault."),
        new("Encryption", "Egress", "A vault elsewhere is asked by the one way out."),
        new("Portal", "Identity", "A session of the portal is a user's, and calls the API with his token."),
        new("Projects", "AiServices", "A project has two keys of the same make as an account's, and deployments of the same shape."),
        new("Projects", "Hubs", "A project is a workspace whose settings are its hub's."),
        new("Projects", "Storage", "A project has containers and a file share of its own in its hub's storage account."),
        new("Storage", "Egress", "The source of a copy may be anywhere, and contents may lie in a bucket elsewhere: both by the one way out."),
        new("Storage", "Hubs", "The scope of a project is read from its row and its hub's."),
        new("Storage", "Identity", "A call of blobs or files may bring a token, and a refusal names the tenant."),
        new("Storage", "Usage", "Every call leaves its row."),
        new("Registry", "Hubs", "A project's images lie in the registry of its hub."),
        new("Registry", "Identity", "Who signs in to a registry is one of the tenant."),
        new("Subscriptions", "Identity", "A subscription names its tenant."),
        new("Vault", "Identity", "A vault names its tenant."),
    ];
}

/// <summary>One feature uses what another one owns.</summary>
internal sealed record Edge(string From, string To, string Because);
