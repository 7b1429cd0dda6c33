using System.Globalization;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Usage;
using Atrium.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Atrium.Server.Storage.Blobs;

/// <summary>Every call of a blob service: who calls, what he wants, whether he may; then the operation, and one row of usage.</summary>
internal sealed class BlobEndpoint(StorageAccounts accounts, StorageAuthentication authentication, BlobRights rights, BlobOperationTable table, StorageOwners owners, UsageJournal usage, TimeProvider clock)
{
    private const string VersionHeader = "x-ms-version";
    private const string DefaultVersion = "2025-11-05";
    private static readonly DateOnly OldestVersion = new(2015, 2, 21);

    /// <summary>What every answer bears.</summary>
    public static void Stamp(HttpContext context)
    {
        context.Response.Headers[VersionHeader] = (string?)context.Request.Headers[VersionHeader] ?? DefaultVersion;
        if ((string?)context.Request.Headers["x-ms-client-request-id"] is { Length: > 0 and <= 1024 } id && !id.Any(char.IsControl))
        {
            context.Response.Headers["x-ms-client-request-id"] = id;
        }
    }

    public Task InvokeAsync(string storage, HttpContext context, CancellationToken cancellationToken) => InvokeAsync(storage, context, null, cancellationToken);

    /// <param name="storage">Name of the account.</param>
    /// <param name="context">The call.</param>
    /// <param name="demand">What a call within a batch must be; null for any other.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task InvokeAsync(string storage, HttpContext context, Action<BlobOperation, BlobTarget>? demand, CancellationToken cancellationToken)
    {
        usage.DemandRoom();
        var begin = clock.GetTimestamp();
        Stamp(context);
        var account = (await accounts.ReadAsync(cancellationToken)).Find(storage);
        StorageCaller? caller = null;
        BlobOperation? operation = null;
        string? container = null;
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            var target = Target(context, storage);
            container = target.Container;
            var asked = storage + StorageServices.Blob;
            caller = await authentication.AuthenticateAsync(
                context, account, asked, bearer => new(account, asked, 'b', target.Container, target.Blob, (string?)context.Request.Query["snapshot"] ?? "", context.Request, bearer), cancellationToken);
            DemandVersion(context.Request);
            operation = table.Find(context.Request, target);
            await rights.DemandAsync(caller, operation.Right, operation.Level, account, target, context.Request, context.Request.Query.ContainsKey("snapshot"), cancellationToken);
            Demand(target);
            demand?.Invoke(operation, target);
            await operation.RunAsync(new() { Http = context, Account = account!, Caller = caller, Target = target, Now = clock.GetUtcNow() }, cancellationToken);
            status = context.Response.StatusCode;
        }
        catch (StorageException refused)
        {
            var published = BlobErrors.Of(refused);
            status = published.Status;
            throw published;
        }
        catch (ApiException refused)
        {
            status = refused.Status;
            throw;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            status = StatusCodes.Status499ClientClosedRequest;
            throw;
        }
        finally
        {
            if (account is not null && caller is not null)
            {
                var project = (await owners.ReadAsync(CancellationToken.None)).ProjectOf(container);
                usage.Append(Row(account, project, caller, operation, status, (int)clock.GetElapsedTime(begin).TotalMilliseconds));
            }
        }
    }

    private UsageRow Row(StorageAccount account, string? project, StorageCaller caller, BlobOperation? operation, int status, int milliseconds) => new()
    {
        Id = Guid.CreateVersion7(),
        Time = clock.GetUtcNow(),
        Account = account.Id.Key,
        Project = project ?? "",
        Caller = caller.Name,
        Operation = $"blob.{operation?.Name ?? "unknown"}",
        Deployment = "",
        Model = "",
        TokensIn = 0,
        TokensOut = 0,
        LatencyMilliseconds = milliseconds,
        Status = status,
    };

    private static BlobTarget Target(HttpContext context, string storage)
    {
        var isContainer = "container".Equals(context.Request.Query["restype"], StringComparison.OrdinalIgnoreCase);
        return BlobTarget.Read(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, storage + StorageServices.Blob, isContainer);
    }

    private static void Demand(BlobTarget target)
    {
        if (target.Container is { } container && !BlobTarget.IsContainerName(container))
        {
            throw ApiException.BadRequest("InvalidResourceName", "The specified resource name contains invalid characters: a container's has 3 to 63 lower-case letters, digits and single hyphens.");
        }

        if (target.Blob is { } blob && !BlobTarget.IsBlobName(blob))
        {
            throw ApiException.BadRequest("InvalidResourceName", "The specified resource name is not right: a blob's has 1 to 1024 characters, at most 2400 bytes in UTF-8.");
        }
    }

    private static void DemandVersion(HttpRequest request)
    {
        if ((string?)request.Headers[VersionHeader] is { Length: > 0 } text
            && (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var version) || version < OldestVersion))
        {
            throw BlobCall.BadHeader(VersionHeader, "a version as it is published, not before 2015-02-21.");
        }
    }
}
