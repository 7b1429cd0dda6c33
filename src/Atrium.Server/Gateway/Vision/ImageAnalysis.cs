using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Images;
using Atrium.Inference.Vision;
using Atrium.Inference.Vision.Reading;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Vision;

/// <summary><c>imageanalysis:analyze</c> (UnifiedVision, 2023-10-01 and 2024-02-01) by the embedded models, or by a connection that serves it.</summary>
internal sealed class ImageAnalysis(ImageBody body, EmbeddedEngines engines, VisionUpstream upstream, Metering metering)
{
    public async Task AnalyzeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (await upstream.TryAnswerAsync(call, GatewayOperation.AnalyzeImage, cancellationToken))
        {
            return;
        }

        call.ModelName = ImageAnalyzer.Name;
        var request = ImageAnalysisRequest.Read(call.Http.Request.Query);
        using var picture = await body.ReadAsync(call, cancellationToken);
        using var lease = await engines.ImagesAsync(cancellationToken);
        var analyzer = lease.Model;
        var objects = request.NeedsObjects ? await analyzer.DetectAsync(picture, call.Lane, cancellationToken) : [];
        var lines = request.Features.Contains("read") ? await analyzer.ReadAsync(picture, call.Lane, cancellationToken) : null;
        var answer = new JsonObject
        {
            ["modelVersion"] = ImageAnalyzer.Name,
            ["metadata"] = new JsonObject { ["width"] = picture.Width, ["height"] = picture.Height },
        };
        foreach (var feature in request.Features.Order(StringComparer.Ordinal))
        {
            answer[feature + "Result"] = feature switch
            {
                "tags" => Values(objects.GroupBy(o => o.Label).Select(kind => Tag(kind.Key, kind.Max(o => o.Confidence)))),
                "caption" => Caption(objects),
                "denseCaptions" => Values([Dense(Captions.Of(objects), new(0, 0, picture.Width, picture.Height)), .. objects.Select(o => Dense((Captions.Of(o), o.Confidence), o.Box))]),
                "objects" => Values(objects.Select(o => new JsonObject { ["boundingBox"] = Of(o.Box), ["tags"] = new JsonArray(Tag(o.Label, o.Confidence)) })),
                "people" => Values(objects.Where(o => o.IsPerson).Select(o => new JsonObject { ["boundingBox"] = Of(o.Box), ["confidence"] = Rounded(o.Confidence) })),
                "smartCrops" => Values(Crops(picture, objects, request).Select(c => new JsonObject { ["aspectRatio"] = c.Ratio, ["boundingBox"] = Of(c.Box) })),
                _ => new JsonObject { ["blocks"] = lines!.Count == 0 ? [] : new JsonArray(new JsonObject { ["lines"] = new JsonArray([.. lines.Select(line => Line(line, picture))]) }) },
            };
        }

        call.TokensIn = request.Features.Count;
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    private static IEnumerable<(double Ratio, Box Box)> Crops(Picture picture, IReadOnlyList<DetectedObject> objects, ImageAnalysisRequest request) =>
        request.Shapes.IsEmpty ? [SmartCrop.Of(picture, objects, null)] : request.Shapes.Select(shape => SmartCrop.Of(picture, objects, shape));

    private static JsonObject Values(IEnumerable<JsonObject> values) => new() { ["values"] = new JsonArray([.. values]) };

    private static JsonObject Caption(IReadOnlyList<DetectedObject> objects)
    {
        var (text, confidence) = Captions.Of(objects);
        return new() { ["text"] = text, ["confidence"] = Rounded(confidence) };
    }

    private static JsonObject Dense((string Text, float Confidence) caption, Box box) =>
        new() { ["text"] = caption.Text, ["confidence"] = Rounded(caption.Confidence), ["boundingBox"] = Of(box) };

    private static JsonObject Tag(string name, float confidence) => new() { ["name"] = name, ["confidence"] = Rounded(confidence) };

    private static JsonObject Of(Box box) => new() { ["x"] = box.X, ["y"] = box.Y, ["w"] = box.Width, ["h"] = box.Height };

    private static JsonObject Line(TextLine line, Picture picture) => new()
    {
        ["text"] = line.Text,
        ["boundingPolygon"] = Of(line.Polygon, picture),
        ["words"] = new JsonArray([.. line.Words.Select(word => new JsonObject { ["text"] = word.Text, ["boundingPolygon"] = Of(word.Polygon, picture), ["confidence"] = Rounded(word.Confidence) })]),
    };

    private static JsonArray Of(IReadOnlyList<Corner> polygon, Picture picture) =>
        [.. polygon.Select(corner => new JsonObject { ["x"] = Within(corner.X, picture.Width), ["y"] = Within(corner.Y, picture.Height) })];

    private static int Within(float place, int side) => Math.Clamp((int)MathF.Round(place), 0, side);

    private static double Rounded(float confidence) => Math.Round(confidence, 3);
}
