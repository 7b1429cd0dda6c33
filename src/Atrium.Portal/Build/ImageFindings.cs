using System.Text.Json.Nodes;

namespace Atrium.Portal.Build;

/// <summary>What image analysis has found, as the page draws it.</summary>
public sealed record ImageFindings
{
    /// <summary>Of the picture, in the unit of the boxes.</summary>
    public required double Width { get; init; }

    /// <summary>Of the picture, in the unit of the boxes.</summary>
    public required double Height { get; init; }

    /// <summary>What is on it, in a sentence.</summary>
    public string? Caption { get; init; }

    /// <summary>What is on it, in words.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>What is written on it.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>Where.</summary>
    public required IReadOnlyList<FoundBox> Boxes { get; init; }

    /// <summary>Reads an answer.</summary>
    public static ImageFindings Read(JsonNode answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var lines = Items(answer["readResult"]?["blocks"]).SelectMany(block => Items(block["lines"])).ToList();
        return new()
        {
            Width = (double?)answer["metadata"]?["width"] ?? 1,
            Height = (double?)answer["metadata"]?["height"] ?? 1,
            Caption = (string?)answer["captionResult"]?["text"],
            Tags = [.. Items(answer["tagsResult"]?["values"]).Select(tag => (string)tag["name"]!).Distinct()],
            Lines = [.. lines.Select(line => (string)line["text"]!)],
            Boxes =
            [
                .. Items(answer["objectsResult"]?["values"]).Select(o => Boxed("object", (string?)Items(o["tags"]).FirstOrDefault()?["name"] ?? "", o["boundingBox"]!)),
                .. Items(answer["peopleResult"]?["values"]).Select(p => Boxed("person", "", p["boundingBox"]!)),
                .. lines.Select(line => new FoundBox("text", (string)line["text"]!, [.. Items(line["boundingPolygon"]).Select(c => ((double)c["x"]!, (double)c["y"]!))])),
            ],
        };
    }

    private static FoundBox Boxed(string layer, string text, JsonNode box)
    {
        var (x, y, w, h) = ((double)box["x"]!, (double)box["y"]!, (double)box["w"]!, (double)box["h"]!);
        return new(layer, text, [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]);
    }

    private static IEnumerable<JsonNode> Items(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonNode>();
}

/// <summary>A part of a picture.</summary>
/// <param name="Layer">object, person or text.</param>
/// <param name="Text">What it is, or says.</param>
/// <param name="Corners">Clockwise from the upper left one.</param>
public sealed record FoundBox(string Layer, string Text, IReadOnlyList<(double X, double Y)> Corners);
