using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Storage.Sas;
using Atrium.Server.Storage.Wire;
using Atrium.Storage;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Copies;

/// <summary>
/// Opens what a copy is made of. A blob of this server is read right here, by its own signature, by a token that came for it, or by the rights of the caller; anything
/// else goes out by the server's one way out, on account of the project or hub whose storage it is.
/// </summary>
internal sealed class CopySources(OwnBlobs own, SasProof signatures, BearerTokens tokens, BlobRights rights, BlobReader reader, StorageOwners owners, INetworkGate gate, EgressClient egress)
{
    public static readonly EgressDoor Door = new("blob-copies", "The source of a copy that a caller of the blob service names.") { MaxRedirects = 3 };
    private const string Header = "x-ms-copy-source";
    private const string AuthorizationHeader = "x-ms-copy-source-authorization";
    private const string Bearer = "Bearer ";

    /// <summary>The URL that the call names.</summary>
    public static Uri Read(BlobCall call) => Uri.TryCreate(call.Header(Header), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw BlobCall.BadHeader(Header, "an absolute URL of http or https.");

    /// <summary>A blob of this server that the caller may read; null for a URL that leads elsewhere.</summary>
    /// <exception cref="ApiException">403: he may not.</exception>
    public async Task<OwnBlob?> FindOwnAsync(BlobCall call, Uri url, CancellationToken cancellationToken)
    {
        if (await own.FindAsync(url, call.Request.Host.Value, cancellationToken) is not { } found)
        {
            return null;
        }

        var caller = await CallerAsync(call, url, found, cancellationToken);
        try
        {
            if (found.Account is { } account && await gate.AskAsync(CallOrigin.Of(call.Http), account.Id, cancellationToken) is not GateAnswer.Open)
            {
                throw StorageRefusals.NotFromHere();
            }

            await rights.DemandAsync(caller, BlobRight.Read, BlobLevel.Blob, found.Account, found.Target, request: null, found.Snapshot.Length > 0, cancellationToken);
        }
        catch (ApiException)
        {
            throw CopyRefusals.NotAllowed();
        }

        return found;
    }

    /// <summary>The source, opened.</summary>
    public async Task<CopySource> OpenAsync(BlobCall call, Uri url, CancellationToken cancellationToken) =>
        await FindOwnAsync(call, url, cancellationToken) is { } found ? await OpenOwnAsync(call, url, found, cancellationToken) : await FetchAsync(call, url, cancellationToken);

    /// <summary>The address without its signature.</summary>
    public static string Show(Uri url)
    {
        var rest = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(p => !SasToken.IsOwn(p.Split('=')[0]));
        return new UriBuilder(url) { Query = string.Join('&', rest), UserName = "", Password = "" }.Uri.AbsoluteUri;
    }

    private async ValueTask<StorageCaller> CallerAsync(BlobCall call, Uri url, OwnBlob found, CancellationToken cancellationToken)
    {
        if (SasToken.Find(url) is { } sas)
        {
            try
            {
                return await signatures.ProveAsync(sas, new(found.Account, found.Asked, 'b', found.Target.Container, found.Target.Blob, found.Snapshot, null, null), cancellationToken);
            }
            catch (ApiException)
            {
                throw CopyRefusals.NotAllowed();
            }
        }

        if (call.Header(AuthorizationHeader) is { } header)
        {
            return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && await tokens.ProveAsync(header[Bearer.Length..].Trim(), call.Http) is { } token && token.IsFor(TokenResource.Storage)
                ? new StorageCaller.Principal(token.Caller)
                : throw CopyRefusals.NotAllowed();
        }

        // A key and a signature are of one account; an identity has its roles wherever.
        return call.Caller is StorageCaller.Principal || found.Account?.Id == call.Account.Id ? call.Caller : throw CopyRefusals.NotAllowed();
    }

    private async Task<CopySource> OpenOwnAsync(BlobCall call, Uri url, OwnBlob found, CancellationToken cancellationToken)
    {
        try
        {
            var length = 0L;
            var (blob, content) = await reader.OpenAsync(
                found.Address,
                blob =>
                {
                    DemandConditions(call, blob);
                    (var offset, length) = RangeHeader.Read(call.Header("x-ms-source-range"), blob.Length) ?? (0, blob.Length);
                    return (offset, length);
                },
                cancellationToken) ?? throw CopyRefusals.Missing();
            return new(Show(url), blob.Headers ?? BlobHeaders.None, blob.Metadata, blob.Tags, blob.Kind, content, length);
        }
        catch (StorageException missing) when (missing.Code == StorageFaults.NoContainer().Code)
        {
            throw CopyRefusals.Missing();
        }
    }

    private static void DemandConditions(BlobCall call, StoredBlob blob)
    {
        try
        {
            if (ConditionRules.DemandRead(blob.ETag, blob.Modified, blob.Tags, BlobHeaderRules.ReadSourceConditions(call)))
            {
                return;
            }
        }
        catch (StorageException)
        {
        }

        throw CopyRefusals.ConditionNotMet();
    }

    private async Task<CopySource> FetchAsync(BlobCall call, Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (source, target) in ((string, string)[])[("x-ms-source-range", "Range"), ("x-ms-source-if-match", "If-Match"), ("x-ms-source-if-none-match", "If-None-Match"), (AuthorizationHeader, "Authorization")])
        {
            if (call.Header(source) is { } value)
            {
                request.Headers.TryAddWithoutValidation(target, value);
            }
        }

        try
        {
            var answer = await egress.SendAsync(new(Door, await WorkspaceAsync(call, cancellationToken)), request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                answer.Dispose();
                throw CopyRefusals.Unreadable($"'{url.Host}' answered {(int)answer.StatusCode}.");
            }

            return new(Show(url), FetchedHeaders(answer.Content), null, null, BlobKind.Block, new AnswerStream(answer, await answer.Content.ReadAsStreamAsync(cancellationToken)), answer.Content.Headers.ContentLength);
        }
        catch (EgressRefusedException refused)
        {
            throw CopyRefusals.Unreadable(refused.Message);
        }
        catch (HttpRequestException)
        {
            throw CopyRefusals.Unreadable(EgressRefusedException.UnreachableMessage);
        }
    }

    private static BlobHeaders FetchedHeaders(HttpContent content) => new()
    {
        ContentType = content.Headers.ContentType?.ToString() ?? "application/octet-stream",
        ContentEncoding = content.Headers.ContentEncoding.Count > 0 ? string.Join(',', content.Headers.ContentEncoding) : null,
        ContentLanguage = content.Headers.ContentLanguage.Count > 0 ? string.Join(',', content.Headers.ContentLanguage) : null,
    };

    /// <summary>On whose account it is fetched: the container's project, or the account's hub.</summary>
    private async ValueTask<string?> WorkspaceAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var model = await owners.ReadAsync(cancellationToken);
        return model.ProjectOf(call.Container) ?? model.HubsOf(call.Account.Id) switch
        {
            [] => null,
            [var only] => only,
            _ => throw CopyRefusals.Unreadable("Several hubs lean on the storage account, so there is no one managed network that could allow it."),
        };
    }
}
