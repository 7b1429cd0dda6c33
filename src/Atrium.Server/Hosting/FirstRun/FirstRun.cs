using System.Text;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting.Health;
using Atrium.Server.Hosting.Instance;
using Atrium.Server.Hosting.Tls;
using Atrium.Server.Hubs;
using Atrium.Server.Identity;
using Atrium.Server.Registry;
using Atrium.Server.Registry.Images;
using Atrium.Server.Resources;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Hosting.FirstRun;

/// <summary>
/// Makes what a new installation begins with: a subscription, a resource group, a service principal, a hub and a project. May be cut off anywhere and run
/// again. Once it is done, later starts only write down where everything is and bring nothing back that the operator took away.
/// </summary>
internal sealed partial class FirstRun(
    IAtriumStore store,
    ResourceWriter writer,
    FirstPrincipals principals,
    ISecretCipher cipher,
    Tenant tenant,
    ServerAddresses addresses,
    HostNames hosts,
    IOptions<AtriumOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<FirstRun> logger) : BackgroundService, IReadiness
{
    private const string SubscriptionName = "first-subscription";
    private const string DoneName = "first-run-done";
    private const string UserDoneName = "first-user-done";
    private const string PrincipalName = "first";
    private const string ResourceGroupName = "atrium";
    private const string HubName = "hub";
    private const string ProjectName = "project";
    private const string RegistryName = "atriumregistry";
    private const string Location = "local";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private volatile string? waiting = "the first hub and project";

    public string? Waiting => waiting;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
                waiting = null;
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception failure)
            {
                LogFailed(failure);
                waiting = "the first hub and project (a try failed, see the log)";
                await Task.Delay(RetryDelay, clock, stoppingToken);
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var subscription = ResourceId.Parse(
            $"/subscriptions/{new Guid(await store.GetOrAddValueAsync(SubscriptionName, Guid.NewGuid().ToByteArray(), cancellationToken))}");
        var group = ResourceId.Parse($"{subscription}/resourceGroups/{ResourceGroupName}");
        var (hub, project) = (group.Resource(Workspaces.Type, HubName), group.Resource(Workspaces.Type, ProjectName));
        if (await store.FindValueAsync(DoneName, cancellationToken) is null)
        {
            await principals.EnsureAsync(PrincipalName, cancellationToken);
            await EnsureAsync(subscription, new() { ["displayName"] = "Atrium" }, cancellationToken);
            await EnsureAsync(group, new() { ["location"] = Location }, cancellationToken);
            var registry = group.Resource(RegistryType.TypeName, RegistryName);
            await EnsureAsync(registry, new() { ["location"] = Location, ["sku"] = new JsonObject { ["name"] = "Standard" } }, cancellationToken);
            await store.GetOrAddValueAsync(RepositoryResolver.DefaultName, Encoding.UTF8.GetBytes(registry.Key), cancellationToken);
            await EnsureAsync(
                hub,
                new() { ["location"] = Location, ["kind"] = Workspaces.HubKind, ["properties"] = new JsonObject { ["containerRegistry"] = registry.Text } },
                cancellationToken);
            await EnsureAsync(
                project,
                new() { ["location"] = Location, ["kind"] = Workspaces.ProjectKind, ["properties"] = new JsonObject { ["hubResourceId"] = hub.Text } },
                cancellationToken);
            await store.GetOrAddValueAsync(DoneName, [1], cancellationToken);
            LogDone(hub, project);
        }

        // A mark of its own: installations older than the portal get their first user too.
        if (await store.FindValueAsync(UserDoneName, cancellationToken) is null)
        {
            await principals.EnsureUserAsync(Installation.FirstUser, cancellationToken);
            await store.GetOrAddValueAsync(UserDoneName, [1], cancellationToken);
        }

        await WriteDownAsync(subscription, hub, project, cancellationToken);
    }

    /// <summary>Makes the resource unless it is there, and waits until it is provisioned.</summary>
    private async Task EnsureAsync(ResourceId id, JsonObject body, CancellationToken cancellationToken)
    {
        var correlation = Guid.NewGuid().ToString();
        if (await FindAsync(id, cancellationToken) is not { } known || StateOf(known) == "Failed")
        {
            await writer.WriteAsync(id, body, correlation, cancellationToken);
        }

        while (await FindAsync(id, cancellationToken) is { } resource && StateOf(resource) is var state and not (null or "Succeeded"))
        {
            if (state == "Failed")
            {
                throw new InvalidOperationException($"'{id}' could not be provisioned. Correlation id: {correlation}.");
            }

            await Task.Delay(Poll, clock, cancellationToken);
        }
    }

    private async Task WriteDownAsync(ResourceId subscription, ResourceId hub, ResourceId project, CancellationToken cancellationToken)
    {
        var principal = await principals.FindAsync(PrincipalName, cancellationToken);
        var liveHub = await FindAsync(hub, cancellationToken);
        var liveProject = await FindAsync(project, cancellationToken);
        var account = (string?)liveHub?.Internal["account"] is { } text ? await FindAsync(ResourceId.Parse(text), cancellationToken) : null;
        var storage = liveHub?.Properties.Text("storageAccount") is { } storageId ? await FindAsync(ResourceId.Parse(storageId), cancellationToken) : null;
        new Installation
        {
            Endpoint = addresses.Http,
            HttpsEndpoint = addresses.Https,
            Portal = $"{addresses.Http}/portal",
            CaFile = Path.Combine(options.Value.Data, "tls", CertificateAuthority.PublicFile),
            ApiKey = await KeyAsync(account, cancellationToken),
            SubscriptionId = subscription.Name,
            ResourceGroup = ResourceGroupName,
            Hub = liveHub?.Id.Name,
            Project = liveProject?.Id.Name,
            TenantId = tenant.Id,
            ClientId = principal?.AppId,
            ClientSecret = principal?.ClientSecret,
            ProjectApiKey = await KeyAsync(liveProject, cancellationToken),
            AiServicesAccount = account?.Id.Name,
            StorageAccount = storage?.Id.Name,
            BlobEndpoint = storage is null ? null : hosts.OfBlobs(storage.Id.Name).TrimEnd('/'),
            FileEndpoint = storage is null ? null : hosts.OfFiles(storage.Id.Name).TrimEnd('/'),
            VaultEndpoint = liveHub?.Properties.Text("keyVault") is { } vault ? hosts.OfVault(ResourceId.Parse(vault).Name) : null,
            RegistryEndpoint = addresses.Https,
            RegistryLoginServer = liveHub?.Properties.Text("containerRegistry") is { } images ? hosts.OfRegistry(ResourceId.Parse(images).Name) : null,
            Pid = Environment.ProcessId,
            DataFolder = options.Value.Data,
        }.Write();
    }

    private async Task<string?> KeyAsync(Resource? owner, CancellationToken cancellationToken)
    {
        const string first = "keys.key1";
        return owner is not null && await store.FindSecretAsync(owner.Stored.Key, first, cancellationToken) is { } kept
            ? cipher.Decrypt(owner.Stored.Key, first, kept)
            : null;
    }

    private ValueTask<Resource?> FindAsync(ResourceId id, CancellationToken cancellationToken) => new ResourceReader(store).FindAsync(id, cancellationToken);

    private static string? StateOf(Resource resource) => resource.Properties.Text("provisioningState");

    /// <summary>Before that there is no address to write down.</summary>
    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource();
        await using var listening = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "The installation is made: '{Hub}' and '{Project}'.")]
    private partial void LogDone(ResourceId hub, ResourceId project);

    [LoggerMessage(LogLevel.Error, "The first hub and project could not be made; trying again.")]
    private partial void LogFailed(Exception failure);
}
