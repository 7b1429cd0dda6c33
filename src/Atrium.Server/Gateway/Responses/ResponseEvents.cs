using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Responses;

/// <summary>Writes the events of a response that is streamed, numbered in their order.</summary>
internal sealed class ResponseEvents(IBufferWriter<byte> output)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private int sequence;

    /// <summary>One event: <c>event: TYPE</c> and its data.</summary>
    public void Write(string type, JsonObject data)
    {
        data["type"] = type;
        data["sequence_number"] = sequence++;
        output.Write(System.Text.Encoding.UTF8.GetBytes($"event: {type}\ndata: {data.ToJsonString(Plain)}\n\n"));
    }
}
