using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Language;

/// <summary>Why a document of a request is not analyzed, while others are. Pure.</summary>
internal static class DocumentErrors
{
    /// <summary>Null where nothing is wrong with it.</summary>
    public static JsonObject? Of(TextDocument document, int length, AnalyzeTextRequest request)
    {
        var (kind, language) = (request.Kind, document.Language);
        return string.IsNullOrWhiteSpace(document.Text) ? Error(document, "InvalidDocument", "The document's text is empty.")
            : length > request.Longest ? Error(document, "InvalidDocument", $"The document's text has {length} text elements; the most are {request.Longest}.")
            : language.Length > 0 && !AnalyzeTextRequest.LanguageCode().IsMatch(language) ? Error(document, "UnsupportedLanguageCode", $"'{language}' is no code of a language, such as en or pt-BR.")
            : kind.IsEnglishOnly && !document.IsEnglish ? Error(document, "UnsupportedLanguageCode", $"{kind.Name} is done for English (en) only; the document's language is '{language}'.")
            : document.CountryHint.Length > 0 && CountryLanguages.Of(document.CountryHint) is null ? Error(document, "InvalidCountryHint", $"'{document.CountryHint}' is no code of a country of two letters (ISO 3166-1). For no hint, leave it empty.")
            : null;
    }

    private static JsonObject Error(TextDocument document, string code, string message) => new()
    {
        ["id"] = document.Id,
        ["error"] = new JsonObject { ["code"] = "InvalidArgument", ["message"] = message, ["innererror"] = new JsonObject { ["code"] = code, ["message"] = message } },
    };
}
