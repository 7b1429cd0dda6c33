using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Batches;

/// <summary>A batch as callers see it when it is new. Pure.</summary>
internal static class BatchView
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public static JsonObject New(string id, string file, string endpoint, JsonNode? metadata, DateTimeOffset now) => new()
    {
        ["id"] = id,
        ["object"] = "batch",
        ["endpoint"] = endpoint,
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
        ["metadata"] = metadata?.DeepClone(),
    };
}
