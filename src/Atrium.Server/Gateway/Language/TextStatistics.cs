using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Language;

/// <summary>What <c>showStats</c> asks for. Pure.</summary>
internal static class TextStatistics
{
    /// <summary>A transaction is a thousand characters begun, as published.</summary>
    private const int CharactersOfTransaction = 1000;

    public static JsonObject Of(int characters) =>
        new() { ["charactersCount"] = characters, ["transactionsCount"] = (characters + CharactersOfTransaction - 1) / CharactersOfTransaction };

    public static JsonObject Of(int documents, int errors, int transactions) => new()
    {
        ["documentsCount"] = documents,
        ["validDocumentsCount"] = documents - errors,
        ["erroneousDocumentsCount"] = errors,
        ["transactionsCount"] = transactions,
    };

    /// <summary>Takes them out of results that were made with them.</summary>
    public static void Remove(JsonObject results)
    {
        foreach (var part in results["documents"]!.AsArray().OfType<JsonObject>().Append(results))
        {
            part.Remove("statistics");
        }
    }
}
