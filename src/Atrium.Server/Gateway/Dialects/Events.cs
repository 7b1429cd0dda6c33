using System.Buffers;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>Server-sent events.</summary>
internal static class Events
{
    /// <summary>Headers that keep proxies from holding events back.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Whether an answer in events was begun, so that what fails now has no status any more.</summary>
    public static bool HaveBegun(HttpResponse response) => response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) is true;

    /// <summary>Tells in an event why no more comes: <c>{"error": ...}</c>, as clients of the OpenAI protocol look for it. No <c>[DONE]</c> follows.</summary>
    public static async Task FailAsync(HttpResponse response, ApiException error)
    {
        response.BodyWriter.Write("data: "u8);
        response.BodyWriter.Write(OpenAiErrors.ToBytes(error));
        response.BodyWriter.Write("\n\n"u8);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }
}
