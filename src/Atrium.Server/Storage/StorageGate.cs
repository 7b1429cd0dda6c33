using System.Globalization;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Projects;
using Atrium.Server.Storage.Wire;
using Atrium.Server.Usage;
using Atrium.Storage;
using Atrium.Storage.Contents;

namespace Atrium.Server.Storage;

/// <summary>Where a call of a storage service leads.</summary>
/// <param name="Storage">Name of the account, as the address has it.</param>
/// <param name="Service">How the address goes on: <c>.blob</c>.</param>
/// <param name="Container">Container or share; null for the service itself.</param>
/// <param name="Name">Blob or path; null for none.</param>
/// <param name="Snapshot">Of the query; empty for none.</param>
internal sealed record StorageDoor(string Storage, string Service, string? Container, string? Name, string Snapshot)
{
    /// <summary>As signatures name the service.</summary>
    public char Letter => Service[1];
}

/// <summary>A call that was let in.</summary>
/// <param name="Account">Null for an account that is not there: nobody is told, whoever has proved who he is has no right there.</param>
/// <param name="Caller">Who calls.</param>
internal sealed record StorageEntry(StorageAccount? Account, StorageCaller Caller)
{
    /// <summary>What it turned out to be, for the row of usage.</summary>
    public string Operation { get; set; } = "unknown";
}

/// <summary>What the storage services have in common: who calls, what every answer bears, refusals in their codes, and one row of usage a call.</summary>
internal sealed partial class StorageGate(
    StorageAccounts accounts, StorageAuthentication authentication, StorageOwners owners, INetworkGate network, UsageJournal usage, TimeProvider clock, ILogger<StorageGate> logger)
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

    public async Task RunAsync(HttpContext context, StorageDoor door, Func<StorageEntry, Task> run, CancellationToken cancellationToken)
    {
        usage.DemandRoom();
        var begin = clock.GetTimestamp();
        Stamp(context);
        var account = (await accounts.ReadAsync(cancellationToken)).Find(door.Storage);
        StorageEntry? entry = null;
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            var asked = door.Storage + door.Service;
            var caller = await authentication.AuthenticateAsync(
                context, account, asked, bearer => new(account, asked, door.Letter, door.Container, door.Name, door.Snapshot, context.Request, bearer), cancellationToken);
            entry = new(account, caller);
            if (account is not null && await network.AskAsync(CallOrigin.Of(context), account.Id, cancellationToken) is not GateAnswer.Open)
            {
                throw StorageRefusals.NotFromHere();
            }

            DemandVersion(context.Request);
            await run(entry);
            status = context.Response.StatusCode;
        }
        catch (StorageException refused)
        {
            var published = StorageErrors.Of(refused);
            status = published.Status;
            throw published;
        }
        catch (ApiException refused)
        {
            status = refused.Status;
            throw;
        }
        catch (IOException full) when (FullDisk.Is(full) && !context.Response.HasStarted)
        {
            status = StatusCodes.Status507InsufficientStorage;
            throw ApiException.DiskFull();
        }
        catch (ContentsUnavailableException away)
        {
            status = StatusCodes.Status503ServiceUnavailable;
            LogUnavailable(away.Message);
            throw ApiException.Published(status, "ServerBusy", "The storage behind this service cannot be used now. Try again.");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            status = StatusCodes.Status499ClientClosedRequest;
            throw;
        }
        finally
        {
            if (account is not null && entry is not null)
            {
                var project = (await owners.ReadAsync(CancellationToken.None)).ProjectOf(door.Container);
                usage.Append(Row(account, project, entry, door, status, (int)clock.GetElapsedTime(begin).TotalMilliseconds));
            }
        }
    }

    private UsageRow Row(StorageAccount account, string? project, StorageEntry entry, StorageDoor door, int status, int milliseconds) => new()
    {
        Id = Guid.CreateVersion7(),
        Time = clock.GetUtcNow(),
        Account = account.Id.Key,
        Project = project ?? "",
        Caller = entry.Caller.Name,
        Operation = $"{door.Service[1..]}.{entry.Operation}",
        Deployment = "",
        Model = "",
        TokensIn = 0,
        TokensOut = 0,
        LatencyMilliseconds = milliseconds,
        Status = status,
    };

    private static void DemandVersion(HttpRequest request)
    {
        if ((string?)request.Headers[VersionHeader] is { Length: > 0 } text
            && (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var version) || version < OldestVersion))
        {
            throw StorageCall.BadHeader(VersionHeader, "a version as it is published, not before 2015-02-21.");
        }
    }

    [LoggerMessage(LogLevel.Error, "The backend of contents failed: {What}.")]
    private partial void LogUnavailable(string what);
}
