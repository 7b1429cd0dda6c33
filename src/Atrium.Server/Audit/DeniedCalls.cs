using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Resources;
using Microsoft.Net.Http.Headers;

namespace Atrium.Server.Audit;

/// <summary>
/// Every call that was refused for want of a right is in the activity log, and every key, token or signature that was not taken. A call without any of these, by
/// which clients ask how to sign in, is not.
/// </summary>
internal sealed partial class DeniedCalls(IActivityTrail trail, TimeProvider clock, ILogger<DeniedCalls> logger) : IRefusalWatcher
{
    private const int LongestPlace = 256;
    private const int PlaceParts = 3;
    private static readonly string[] CredentialHeaders = [HeaderNames.Authorization, "api-key", "Ocp-Apim-Subscription-Key"];
    private static readonly string[] CredentialQueries = ["sig", "Ocp-Apim-Subscription-Key"];

    public async ValueTask SeeAsync(HttpContext context, ApiException refused)
    {
        var brings = CredentialHeaders.Any(name => context.Request.Headers.ContainsKey(name)) || CredentialQueries.Any(name => context.Request.Query.ContainsKey(name));
        if (refused.Status != StatusCodes.Status403Forbidden && !(refused.Status == StatusCodes.Status401Unauthorized && brings))
        {
            return;
        }

        try
        {
            await trail.AddAsync(Row(context, refused), CancellationToken.None);
        }
        catch (Exception failure)
        {
            // The caller is refused all the same.
            LogFailed(failure, CorrelationId.Of(context));
        }
    }

    private ActivityRow Row(HttpContext context, ApiException refused) => new()
    {
        Time = clock.GetUtcNow(),
        Operation = refused.Denied?.Action ?? $"{ServiceOf(context.Request.Path)}/{context.Request.Method.ToLowerInvariant()}",
        ResourceId = refused.Denied?.Scope.Text ?? PlaceOf(context.Request.Path),
        Caller = context.Features.Get<BearerToken>()?.Caller.ObjectId ?? "unknown",
        CorrelationId = CorrelationId.Of(context),
        Status = "Failed",
        HttpStatus = refused.Status,
        Properties = new JsonObject { ["code"] = refused.Code, ["address"] = context.Connection.RemoteIpAddress?.ToString() }.ToJsonString(),
    };

    private static string ServiceOf(PathString path) => path.Value?.Split('/', StringSplitOptions.RemoveEmptyEntries) is [var first, ..] && first.All(char.IsAsciiLetterOrDigit) ? first : "call";

    /// <summary>The beginning of the path: enough to tell what was meant. Queries, which may hold signatures, are left out.</summary>
    private static string PlaceOf(PathString path)
    {
        var place = "/" + string.Join('/', (path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries).Take(PlaceParts));
        return place.Length > LongestPlace ? place[..LongestPlace] : place;
    }

    [LoggerMessage(LogLevel.Error, "A denied call could not be written to the activity log. Correlation id: {CorrelationId}.")]
    private partial void LogFailed(Exception failure, string correlationId);
}
