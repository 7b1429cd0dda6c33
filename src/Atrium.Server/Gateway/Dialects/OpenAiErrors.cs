using System.Buffers;
using System.Text.Json;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>Errors as OpenAI and Azure OpenAI write them: <c>{"error":{"code","message","type","param"}}</c>.</summary>
internal sealed class OpenAiErrors : IErrorDialect
{
    public bool Speaks(PathString path)
    {
        var text = path.Value!;
        return text.Contains("/openai", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("/models", StringComparison.OrdinalIgnoreCase)
            || text.Equals("/moderations", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("/ai/", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("/api/projects/", StringComparison.OrdinalIgnoreCase);
    }

    public byte[] Write(ApiException error) => ToBytes(error);

    /// <summary>The whole object.</summary>
    public static byte[] ToBytes(ApiException error)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            Write(writer, error);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The property <c>error</c> of an object that is open.</summary>
    public static void Write(Utf8JsonWriter writer, ApiException error)
    {
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, error.Code);
        writer.WriteString("message"u8, error.Problems.Count > 1 ? string.Join(' ', error.Problems.Select(p => p.Message)) : error.Message);
        writer.WriteString("type"u8, TypeOf(error.Status));
        if ((error.Target ?? (error.Problems is [var first, ..] ? first.Target : null)) is { } target)
        {
            writer.WriteString("param"u8, target);
        }
        else
        {
            writer.WriteNull("param"u8);
        }

        writer.WriteEndObject();
    }

    private static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        < 500 => "invalid_request_error",
        _ => "server_error",
    };
}

/// <summary>Errors of Content Safety: <c>{"error":{"code","message","target","details"}}</c>, with the details always there.</summary>
internal sealed class ContentSafetyErrors : IErrorDialect
{
    public bool Speaks(PathString path) => path.Value!.Contains("/contentsafety", StringComparison.OrdinalIgnoreCase);

    public byte[] Write(ApiException error)
    {
        var body = ResourceErrorDialect.ToBody(error);
        body = body.Code == BodyReader.WrongBody ? body with { Code = "InvalidRequestBody" } : body;
        return JsonSerializer.SerializeToUtf8Bytes(new Contracts.ErrorResponse(body with { Details = body.Details ?? [] }), JsonSerializerOptions.Web);
    }
}
