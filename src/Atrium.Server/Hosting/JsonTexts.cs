using System.Text.Json;
using System.Text.Unicode;

namespace Atrium.Server.Hosting;

/// <summary>
/// The JSON reader takes bytes that are no UTF-8, and escapes of half a surrogate pair, and fails only when the text is asked for. They are refused before
/// anything reads them.
/// </summary>
internal static class JsonTexts
{
    /// <exception cref="JsonException">A text in it is no Unicode; with the place.</exception>
    public static void Demand(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw At(json, InvalidAt(json));
        }

        if (json.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(ref reader))
            {
                throw At(json, (int)reader.TokenStartIndex);
            }
        }
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static int InvalidAt(ReadOnlySpan<byte> json)
    {
        var at = 0;
        while (System.Text.Rune.DecodeFromUtf8(json[at..], out _, out var length) is System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    private static JsonException At(ReadOnlySpan<byte> json, int at) =>
        new("A text is no Unicode.", null, json[..at].Count((byte)'\n'), at - json[..at].LastIndexOf((byte)'\n') - 1);
}
