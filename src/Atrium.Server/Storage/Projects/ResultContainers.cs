using System.Net;
using System.Net.Http.Headers;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Storage.Blobs;
using Atrium.Server.Storage.Sas;
using Atrium.Server.Storage.Wire;
using Atrium.Storage;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Projects;

/// <inheritdoc/>
internal sealed class ResultContainers(
    IAtriumStore store, IProjectBlobs blobs, StorageAccounts accounts, OwnAddresses own, SasProof signatures, BlobRights rights, INetworkGate gate, BlobWriter writer, EgressClient egress) : IResultContainers
{
    public static readonly EgressDoor Door = new("results", "A container that a call names for the results of its work");
    private const string NotOpened = "Neither is it the project's own container, nor does the signature of its address let anybody write blobs there.";

    /// <summary>The first version whose Put Blob takes 5,000 MiB.</summary>
    private const string ServiceVersion = "2021-12-02";

    public async ValueTask DemandAsync(ResultTarget target, string path, CallOrigin origin, CancellationToken cancellationToken)
    {
        if (own.ServiceOf(target.Url, target.Host) is not { } service || await FindProjectAsync(target, service, cancellationToken) is not null)
        {
            return;
        }

        var (account, _) = await ProveAsync(target, service, path, cancellationToken);
        if (await gate.AskAsync(origin, account.Id, cancellationToken) is not GateAnswer.Open)
        {
            throw new ResultRefusedException(NotOpened);
        }
    }

    public async Task WriteAsync(ResultTarget target, string path, Stream content, long length, string contentType, CancellationToken cancellationToken)
    {
        if (own.ServiceOf(target.Url, target.Host) is not { } service)
        {
            await SendAsync(target, path, content, length, contentType, cancellationToken);
        }
        else if (await FindProjectAsync(target, service, cancellationToken) is { } project)
        {
            await blobs.WriteAsync(project, ProjectContainer.Data, path, content, contentType, cancellationToken);
        }
        else
        {
            var (_, address) = await ProveAsync(target, service, path, cancellationToken);
            try
            {
                await writer.WriteAsync(address, BlobKind.Block, content, length, new() { Headers = new() { ContentType = contentType } }, cancellationToken);
            }
            catch (StorageException missing) when (missing.Code == StorageFaults.NoContainer().Code)
            {
                throw new ResultRefusedException(NotOpened);
            }
        }
    }

    /// <summary>The project whose work it is, where the address is that of its own container and brings no signature; what does bring one is judged by that.</summary>
    private async ValueTask<ProjectScope?> FindProjectAsync(ResultTarget target, string service, CancellationToken cancellationToken)
    {
        if (SasToken.Find(target.Url) is not null || await ProjectScope.FindAsync(ResourceId.Parse(target.Owner), new ResourceReader(store), cancellationToken) is not { StorageAccount: { } account } project)
        {
            return null;
        }

        return service.Equals(account.Name + StorageServices.Blob, StringComparison.OrdinalIgnoreCase) && ContainerOf(target.Url, service) == ProjectNames.Of(project, ProjectContainer.Data) ? project : null;
    }

    private async ValueTask<(StorageAccount Account, BlobAddress Address)> ProveAsync(ResultTarget target, string service, string path, CancellationToken cancellationToken)
    {
        if (!service.EndsWith(StorageServices.Blob, StringComparison.OrdinalIgnoreCase) || ContainerOf(target.Url, service) is not { } container || SasToken.Find(target.Url) is not { } sas)
        {
            throw new ResultRefusedException(NotOpened);
        }

        var account = (await accounts.ReadAsync(cancellationToken)).Find(service[..^StorageServices.Blob.Length]);
        try
        {
            var proved = await signatures.ProveAsync(sas, new(account, service, 'b', container, path, "", null, null), cancellationToken);
            await rights.DemandAsync(proved, BlobRight.Put, BlobLevel.Blob, account, new(container, path), request: null, isSnapshot: false, cancellationToken);
        }
        catch (ApiException)
        {
            throw new ResultRefusedException(NotOpened);
        }

        return (account!, new(account!.Data, container, path));
    }

    private static string? ContainerOf(Uri url, string service) => BlobTarget.Read(url.PathAndQuery, service, isContainer: true) is { Blob: null, Container: { } name } ? name : null;

    private async Task SendAsync(ResultTarget target, string path, Stream content, long length, string contentType, CancellationToken cancellationToken)
    {
        var name = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        using var request = new HttpRequestMessage(HttpMethod.Put, new UriBuilder(target.Url) { Path = $"{target.Url.AbsolutePath.TrimEnd('/')}/{name}" }.Uri)
        {
            Content = new StreamContent(content) { Headers = { ContentLength = length, ContentType = MediaTypeHeaderValue.Parse(contentType) } },
            Headers = { { "x-ms-blob-type", "BlockBlob" }, { "x-ms-version", ServiceVersion } },
        };
        try
        {
            using var answer = await egress.SendAsync(new(Door, target.Workspace), request, cancellationToken);
            if (answer.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
            {
                throw new HttpRequestException($"The container answered {(int)answer.StatusCode}.");
            }

            if (!answer.IsSuccessStatusCode)
            {
                throw new ResultRefusedException($"The container answered {(int)answer.StatusCode}.");
            }
        }
        catch (EgressRefusedException refused)
        {
            throw new ResultRefusedException(refused.Message);
        }
    }
}
