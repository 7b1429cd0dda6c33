using System.Globalization;
using Atrium.Server.Hosting;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Wire;

/// <summary>Requests about leases, and their answers.</summary>
internal static class LeaseHeaders
{
    public static LeaseRequest Read(StorageCall call)
    {
        var action = call.Header("x-ms-lease-action")?.ToLowerInvariant() switch
        {
            "acquire" => LeaseAction.Acquire,
            "renew" => LeaseAction.Renew,
            "change" => LeaseAction.Change,
            "release" => LeaseAction.Release,
            "break" => LeaseAction.Break,
            null => throw ApiException.BadRequest("MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified: x-ms-lease-action.", "x-ms-lease-action"),
            _ => throw StorageCall.BadHeader("x-ms-lease-action", "acquire, renew, change, release or break."),
        };
        return new(
            action,
            HeaderRules.Guid(call, "x-ms-lease-id"),
            HeaderRules.Guid(call, "x-ms-proposed-lease-id"),
            action is LeaseAction.Break ? Seconds(call, "x-ms-lease-break-period") : Seconds(call, "x-ms-lease-duration"));
    }

    public static void Answer(StorageCall call, LeaseRequest request, Lease? lease)
    {
        if (request.Action is LeaseAction.Break)
        {
            call.Set("x-ms-lease-time", LeaseRules.SecondsToBreak(lease, call.Now).ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            call.Set("x-ms-lease-id", lease?.Id);
        }

        call.Answer(request.Action switch
        {
            LeaseAction.Acquire => StatusCodes.Status201Created,
            LeaseAction.Break => StatusCodes.Status202Accepted,
            _ => StatusCodes.Status200OK,
        });
    }

    private static int? Seconds(StorageCall call, string header) => call.Header(header) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds
        : throw StorageCall.BadHeader(header, "a whole number of seconds.");
}
