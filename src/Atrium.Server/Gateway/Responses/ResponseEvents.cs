using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Responses;

/// <summary>Writes the events of a response that is streamed, numbered in their order.</summary>
/// <param name="output">Where they go.</param>
/// <param name="first">The number of the first one.</param>
internal sealed class ResponseEvents(IBufferWriter<byte> output, int first = 0)
{
    private static readonly string[] Ends = ["response.completed", "response.incomplete", "response.failed"];
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private int sequence = first;

    /// <summary>One event: <c>event: TYPE</c> and its data.</summary>
    public void Write(string type, JsonObject data)
    {
        data["type"] = type;
        data["sequence_number"] = sequence++;
        output.Write(Encoding.UTF8.GetBytes($"event: {type}\ndata: {data.ToJsonString(Plain)}\n\n"));
    }

    /// <summary>Whether nothing comes after an event.</summary>
    public static bool IsLast(ReadOnlySpan<byte> item)
    {
        var name = Encoding.UTF8.GetString(item[..Math.Max(0, item.IndexOf((byte)'\n'))]);
        return Array.Exists(Ends, end => name == $"event: {end}");
    }
}
