using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference.CustomCategories;
using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.Safety.Categories;

/// <summary>The examples of a category: JSON lines, each with a <c>text</c> and <c>isPositive</c>. Pure.</summary>
internal static class CategorySamples
{
    public const int MaxBytes = 4 * 1024 * 1024;
    private const int MostSamples = 10_000;
    private const int LeastPositives = 10;
    private const int LongestText = 2_000;
    private const int MostTold = 20;

    /// <summary>The examples; every line that is wrong is told, up to a number.</summary>
    public static IReadOnlyList<CategorySample> Read(byte[] file, List<Problem> problems)
    {
        var samples = new List<CategorySample>();
        var number = 0;
        foreach (var line in Lines(file))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line) && ReadLine(line, number, problems) is { } sample)
            {
                samples.Add(sample);
            }

            if (problems.Count >= MostTold || samples.Count > MostSamples)
            {
                break;
            }
        }

        if (samples.Count > MostSamples)
        {
            problems.Add(Problem($"There are more than {MostSamples} examples."));
        }
        else if (problems.Count == 0 && samples.Count(sample => sample.IsPositive) is < LeastPositives and var positives)
        {
            problems.Add(Problem($"At least {LeastPositives} examples must belong to the category (isPositive: true), fifty or more are better; there are {positives}."));
        }

        return samples;
    }

    public static string Write(IReadOnlyList<CategorySample> samples) => new JsonObject
    {
        ["properties"] = new JsonObject { ["samples"] = new JsonArray([.. samples.Select(sample => (JsonNode)new JsonObject { ["text"] = sample.Text, ["isPositive"] = sample.IsPositive })]) },
    }.ToJsonString();

    public static IReadOnlyList<CategorySample> Read(string body) =>
        [.. JsonNode.Parse(body)!["properties"]!["samples"]!.AsArray().Select(sample => new CategorySample((string)sample!["text"]!, (bool)sample["isPositive"]!))];

    private static IEnumerable<string> Lines(byte[] file)
    {
        using var reader = new StreamReader(new MemoryStream(file), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static CategorySample? ReadLine(string line, int number, List<Problem> problems)
    {
        var found = new List<Problem>();
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
            {
                problems.Add(Problem($"Line {number} must be an object with 'text' and 'isPositive'."));
                return null;
            }

            var text = document.RootElement.Text("text", found);
            var isPositive = document.RootElement.Flag("isPositive", found);
            if (found.Count == 0 && (string.IsNullOrWhiteSpace(text) || text.Length > LongestText || isPositive is null))
            {
                found.Add(Problem($"'text' must have 1 to {LongestText} characters, and 'isPositive' must be true or false."));
            }

            problems.AddRange(found.Select(problem => Problem($"Line {number}: {problem.Message}")));
            return found.Count == 0 ? new(text!, isPositive!.Value) : null;
        }
        catch (JsonException)
        {
            problems.Add(Problem($"Line {number} is not JSON."));
            return null;
        }
    }

    private static Problem Problem(string message) => new("sampleBlobUrl", message);
}
