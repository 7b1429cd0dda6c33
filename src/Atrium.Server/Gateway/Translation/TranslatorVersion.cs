using System.Text.RegularExpressions;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Which form of the Translator API a call speaks.</summary>
internal enum TranslatorForm
{
    /// <summary>3.0: languages in the query, a list of texts in the body.</summary>
    List,

    /// <summary>Those with a date: inputs and targets in the body.</summary>
    Inputs,
}

/// <summary>Reads the api-version of the Translator API.</summary>
internal static partial class TranslatorVersion
{
    /// <summary>The address of the older form names its version, as on a resource of the published service.</summary>
    private const string VersionedPath = "/translator/text/v3.0";

    public static TranslatorForm Of(HttpRequest request)
    {
        var version = request.Query["api-version"].ToString();
        return (version, request.Path.Value!.Contains(VersionedPath, StringComparison.OrdinalIgnoreCase)) switch
        {
            ("3.0", _) or ("", true) => TranslatorForm.List,
            (_, false) when Dated().IsMatch(version) => TranslatorForm.Inputs,
            _ => throw ApiException.BadRequest("400021", $"The API version parameter is missing or not valid: '{version}'. Known: 3.0, and those with a date, such as 2025-10-01-preview or 2026-06-06.", "api-version"),
        };
    }

    [GeneratedRegex(@"^20(?:2[5-9]|[3-9]\d)-\d\d-\d\d(?:-preview)?$")]
    private static partial Regex Dated();
}
