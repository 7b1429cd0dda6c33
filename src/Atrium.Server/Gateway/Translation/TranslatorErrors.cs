using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Errors of the Translator: <c>{"error":{"code","message"}}</c>, the code a number of six digits that begins with the status.</summary>
internal sealed partial class TranslatorErrors : IErrorDialect
{
    private const int WithoutDetail = 1000;
    private const int NotJson = 400074;
    private const int TooLarge = 400077;

    public bool Speaks(PathString path) => Address().IsMatch(path.Value!);

    public byte[] Write(ApiException error)
    {
        var code = error.Code == BodyReader.WrongBody ? NotJson
            : error.Status == StatusCodes.Status413PayloadTooLarge ? TooLarge
            : error.Code.Length == 6 && int.TryParse(error.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var own) ? own
            : error.Status * WithoutDetail;
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = error.Message } });
    }

    [GeneratedRegex("^(?:/ai/[^/]+|/api/projects/[^/]+)?(?:/translator/text/.*|/(?:translate|detect|languages|breaksentence|transliterate|dictionary/.*))$", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
