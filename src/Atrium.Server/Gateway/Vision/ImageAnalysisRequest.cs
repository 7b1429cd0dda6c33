using System.Collections.Immutable;
using System.Globalization;
using Atrium.Contracts;
using Atrium.Inference.Vision;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Vision;

/// <summary>What is asked of an image, read from the query (UnifiedVision, 2023-10-01 and 2024-02-01).</summary>
internal sealed record ImageAnalysisRequest
{
    private const string Latest = "latest";
    private const int MostShapes = 10;
    private static readonly string[] Parameters = ["api-version", "features", "language", "gender-neutral-caption", "smartcrops-aspect-ratios", "model-version", "model-name"];
    private static readonly string[] Known = ["tags", "caption", "denseCaptions", "objects", "read", "smartCrops", "people"];

    /// <summary>In the published spelling.</summary>
    public required ImmutableHashSet<string> Features { get; init; }

    /// <summary>Width over height of the crops that are wanted; empty leaves the choice.</summary>
    public required ImmutableArray<double> Shapes { get; init; }

    /// <summary>Whether the object model is needed.</summary>
    public bool NeedsObjects => !Features.IsEmpty && Features.Except(["read"]).Count > 0;

    public static ImageAnalysisRequest Read(IQueryCollection query)
    {
        var problems = new List<Problem>();
        if (!string.IsNullOrEmpty(query["model-name"]))
        {
            throw ApiException.NotBuilt("Analysis by a custom model (model-name)");
        }

        if (query["model-version"].FirstOrDefault() is { Length: > 0 } version && version != Latest && version != ImageAnalyzer.Name)
        {
            problems.Add(new("model-version", $"'{version}' is no model version here. Known: {Latest}, {ImageAnalyzer.Name}.", "InvalidParameter"));
        }

        if (query["language"].FirstOrDefault() is { Length: > 0 } language && !language.Equals("en", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new("language", $"The language '{language}' is not supported. Known: en.", "NotSupportedLanguage"));
        }

        if (query["gender-neutral-caption"].ToString() is { Length: > 0 } neutral && !bool.TryParse(neutral, out _))
        {
            // Captions here never tell a gender.
            problems.Add(new("gender-neutral-caption", $"'gender-neutral-caption' must be true or false; found '{neutral}'.", "InvalidParameter"));
        }

        var unknown = new List<Problem>();
        UnknownMembers.Refuse(query, Parameters, unknown);
        problems.AddRange(unknown.Select(problem => problem with { Code = "InvalidParameter" }));
        var request = new ImageAnalysisRequest { Features = ReadFeatures(query["features"].ToString(), problems), Shapes = ReadShapes(query["smartcrops-aspect-ratios"].ToString(), problems) };
        return problems.Count == 0 ? request : throw ApiException.Invalid(problems);
    }

    private static ImmutableHashSet<string> ReadFeatures(string text, List<Problem> problems)
    {
        var features = ImmutableHashSet.CreateBuilder<string>();
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Array.Find(Known, k => k.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known)
            {
                features.Add(known);
            }
            else
            {
                problems.Add(new("features", $"'{name}' is no feature. Known: {string.Join(", ", Known)}.", "NotSupportedVisualFeature"));
            }
        }

        if (text.Length == 0)
        {
            problems.Add(new("features", $"The query parameter 'features' is required: one or more of {string.Join(", ", Known)}, with commas between.", "NotSupportedVisualFeature"));
        }

        return features.ToImmutable();
    }

    private static ImmutableArray<double> ReadShapes(string text, List<Problem> problems)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shapes = parts
            .Select(part => double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var shape) && shape is >= SmartCrop.MinRatio and <= SmartCrop.MaxRatio ? shape : 0)
            .ToImmutableArray();
        if (shapes.Contains(0) || shapes.Length > MostShapes)
        {
            problems.Add(new("smartcrops-aspect-ratios", $"'smartcrops-aspect-ratios' takes up to {MostShapes} numbers from {SmartCrop.MinRatio} to {SmartCrop.MaxRatio}, such as 0.9,1.33; found '{text}'.", "InvalidParameter"));
        }

        return shapes;
    }
}
