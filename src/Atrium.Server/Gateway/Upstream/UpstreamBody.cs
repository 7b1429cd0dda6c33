using System.Buffers;
using System.Text.Json;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>The caller's body with the model's upstream name, and usage asked for. Everything else goes on as it came. Pure.</summary>
internal static class UpstreamBody
{
    public static byte[] Rewrite(JsonElement body, string model, bool streams)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, model);
            foreach (var property in body.EnumerateObject())
            {
                if (!property.NameEquals("model"u8) && !(streams && property.NameEquals("stream_options"u8)))
                {
                    property.WriteTo(writer);
                }
            }

            if (streams)
            {
                writer.WriteStartObject("stream_options"u8);
                if (body.TryGetProperty("stream_options", out var options) && options.ValueKind is JsonValueKind.Object)
                {
                    foreach (var option in options.EnumerateObject().Where(o => !o.NameEquals("include_usage"u8)))
                    {
                        option.WriteTo(writer);
                    }
                }

                writer.WriteBoolean("include_usage"u8, true);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
