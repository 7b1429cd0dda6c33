using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.Audit;

/// <summary>The forms in which a row of the activity log leaves. Pure.</summary>
internal static class ActivityEvents
{
    /// <summary>As the published API lists it (EventData, 2015-04-01).</summary>
    public static JsonObject ToEventData(ActivityRow row)
    {
        _ = ResourceId.TryParse(row.ResourceId, out var id, out _);
        var eventId = IdOf(row);
        var data = new JsonObject
        {
            ["authorization"] = new JsonObject { ["action"] = row.Operation, ["scope"] = row.ResourceId },
            ["caller"] = row.Caller,
            ["channels"] = "Operation",
            ["category"] = Named("Administrative"),
            ["correlationId"] = row.CorrelationId,
            ["eventDataId"] = eventId,
            ["eventName"] = Named(row.Status is "Started" or "Accepted" ? "BeginRequest" : "EndRequest"),
            ["eventTimestamp"] = row.Time.UtcDateTime,
            ["id"] = $"{row.ResourceId.TrimEnd('/')}/events/{eventId}/ticks/{row.Time.UtcTicks}",
            ["level"] = row.Status == "Failed" ? "Error" : "Informational",
            ["operationId"] = row.CorrelationId,
            ["operationName"] = Named(row.Operation),
            ["resourceGroupName"] = id?.ResourceGroup?.Name ?? "",
            ["resourceProviderName"] = Named(row.Operation.Split('/')[0]),
            ["resourceType"] = Named(id?.Type ?? ""),
            ["resourceId"] = row.ResourceId,
            ["status"] = Named(row.Status),
            ["subStatus"] = Named(row.HttpStatus == 0 ? "" : row.HttpStatus.ToString(CultureInfo.InvariantCulture)),
            ["submissionTimestamp"] = row.Time.UtcDateTime,
            ["subscriptionId"] = id?.Subscription?.Name ?? "",
        };
        if (row.Properties is not null)
        {
            data["properties"] = JsonNode.Parse(row.Properties);
        }

        return data;
    }

    /// <summary>As one line of a file.</summary>
    public static JsonObject ToLine(ActivityRow row) => new()
    {
        ["sequence"] = row.Sequence,
        ["time"] = row.Time.UtcDateTime,
        ["operation"] = row.Operation,
        ["resourceId"] = row.ResourceId,
        ["caller"] = row.Caller,
        ["correlationId"] = row.CorrelationId,
        ["status"] = row.Status,
        ["httpStatus"] = row.HttpStatus,
        ["properties"] = row.Properties is null ? null : JsonNode.Parse(row.Properties),
    };

    /// <summary>As an event (CloudEvents 1.0, JSON format). Its id is the row's number, so one that comes twice is known.</summary>
    /// <param name="row">The row.</param>
    /// <param name="source">The installation's address.</param>
    public static JsonObject ToCloudEvent(ActivityRow row, string source) => new()
    {
        ["specversion"] = "1.0",
        ["id"] = row.Sequence.ToString(CultureInfo.InvariantCulture),
        ["source"] = source,
        ["type"] = "org.atrium.activity",
        ["subject"] = row.ResourceId,
        ["time"] = row.Time.UtcDateTime,
        ["datacontenttype"] = "application/json",
        ["data"] = ToLine(row),
    };

    /// <summary>A GUID that is the row's own.</summary>
    private static string IdOf(ActivityRow row) => new Guid((int)(row.Sequence >> 32), (short)(row.Sequence >> 16), (short)row.Sequence, BitConverter.GetBytes(row.Time.UtcTicks)).ToString();

    private static JsonObject Named(string value) => new() { ["value"] = value, ["localizedValue"] = value };
}
