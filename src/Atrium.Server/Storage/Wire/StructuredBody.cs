using System.Globalization;
using Atrium.Storage.Contents;

namespace Atrium.Server.Storage.Wire;

/// <summary>Structured bodies, as their headers announce them.</summary>
internal static class StructuredBody
{
    private const string Header = "x-ms-structured-body";
    private const string LengthHeader = "x-ms-structured-content-length";

    /// <summary>Whether the request's body is one, or its answer's shall be.</summary>
    public static bool IsSent(StorageCall call) => call.Header(Header) is { } name && (name == StructuredMessage.Name ? true : throw StorageCall.BadHeader(Header, $"{StructuredMessage.Name}."));

    /// <summary>How long the content in it is.</summary>
    public static long ReadLength(StorageCall call) => call.Number(LengthHeader) ?? throw StorageCall.BadHeader(LengthHeader, "sent with a structured body.");

    public static void Answer(StorageCall call) => call.Set(Header, StructuredMessage.Name);

    /// <summary>Wraps the content of an answer.</summary>
    public static Stream Wrap(StorageCall call, Stream content, long length)
    {
        Answer(call);
        call.Set(LengthHeader, length.ToString(CultureInfo.InvariantCulture));
        return new StructuredWrapper(content, length);
    }
}
