using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Batches;

/// <summary>A batch as callers see it. Pure.</summary>
internal static class BatchView
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);
    private static readonly string[] Ended = ["completed", "failed", "expired", "cancelled"];

    public static bool IsEnded(JsonObject view) => Ended.Contains((string?)view["status"]);

    /// <summary>How many of its requests have no answer yet; 0 before it is validated.</summary>
    public static long Unanswered(JsonObject view) =>
        view["request_counts"] is JsonObject counts ? Math.Max(0, (long)counts["total"]! - (long)counts["completed"]! - (long)counts["failed"]!) : 0;

    /// <summary>One that is still to be validated.</summary>
    public static JsonObject New(string id, string file, string endpoint, JsonNode? metadata, DateTimeOffset now) => new()
    {
        ["id"] = id,
        ["object"] = "batch",
        ["endpoint"] = endpoint,
        ["model"] = null,
        ["errors"] = null,
        ["input_file_id"] = file,
        ["completion_window"] = "24h",
        ["status"] = "validating",
        ["output_file_id"] = null,
        ["error_file_id"] = null,
        ["created_at"] = now.ToUnixTimeSeconds(),
        ["in_progress_at"] = null,
        ["expires_at"] = (now + Window).ToUnixTimeSeconds(),
        ["finalizing_at"] = null,
        ["completed_at"] = null,
        ["failed_at"] = null,
        ["expired_at"] = null,
        ["cancelling_at"] = null,
        ["cancelled_at"] = null,
        ["request_counts"] = new JsonObject { ["total"] = 0, ["completed"] = 0, ["failed"] = 0 },
        ["usage"] = null,
        ["metadata"] = metadata?.DeepClone(),
    };
}
