using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference;
using Atrium.Inference.Images;
using Atrium.Inference.Safety.Images;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Safety;

/// <summary>
/// <c>image:analyze</c> (Content Safety). One of the four published categories has an embedded model: sexual content. Without <c>categories</c> that one is
/// answered and the others are named in a header; one of the others, asked for, is 501. No severity is made up. A connection that serves it answers all four.
/// </summary>
internal sealed class ImageModeration(EmbeddedEngines engines, UrlFetcher fetcher, SafetyUpstream upstream, PictureBudget budget, Metering metering)
{
    /// <summary>Names the categories that were not judged.</summary>
    public const string NotJudgedHeader = "x-atrium-categories-not-analyzed";

    public static readonly GatewayOperation Operation = new("image:analyze", "image:analyze", "Microsoft.CognitiveServices/accounts/ContentSafety/image:analyze/action", null);

    public static readonly EgressDoor Door = new("safety-image-url", "The image that a call of Content Safety names by its blobUrl") { MaxRedirects = 5 };

    /// <summary>As published.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly ImageRules Rules = new() { MinSide = 50, MaxSide = 2048 };
    private static readonly HarmCategory[] NotJudged = [.. Enum.GetValues<HarmCategory>().Where(c => c is not HarmCategory.Sexual)];

    public async Task AnalyzeAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        call.ModelName = ImageSafety.Name;
        using var body = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        if (await upstream.TryAnswerAsync(call, Operation, body.RootElement, cancellationToken))
        {
            return;
        }

        var problems = new List<Problem>();
        UnknownMembers.Refuse(body.RootElement, "", ["image", "categories", "outputType"], problems);
        var (content, url) = ReadImage(body.RootElement, problems);
        var isWhole = CategoryList.IsMissing(body.RootElement);
        var wanted = CategoryList.Read(body.RootElement, problems);
        var output = body.RootElement.Text("outputType", problems) ?? "FourSeverityLevels";
        if (output is not ("FourSeverityLevels" or "EightSeverityLevels"))
        {
            problems.Add(new("outputType", "'outputType' must be FourSeverityLevels or EightSeverityLevels."));
        }

        SafetyProblems.Refuse(problems);
        if (!isWhole && wanted.Where(NotJudged.Contains).ToList() is { Count: > 0 } missing)
        {
            throw ApiException.NoModel($"No embedded model judges images for {string.Join(", ", missing)}. {SafetyUpstream.HowTo(Operation.Path)}.");
        }

        using var picture = await DecodeAsync(call, content ?? await FetchAsync(call, url!, cancellationToken), content is null ? "image.blobUrl" : "image.content", cancellationToken);
        using var safety = await engines.ImageSafetyAsync(cancellationToken);
        var severity = await safety.Model.SexualSeverityAsync(picture, call.Lane, cancellationToken);
        severity = output is "FourSeverityLevels" ? severity / 2 * 2 : severity;
        if (isWhole)
        {
            call.Http.Response.Headers[NotJudgedHeader] = string.Join(", ", NotJudged);
        }

        call.TokensIn = 1;
        var answer = new JsonObject { ["categoriesAnalysis"] = new JsonArray(new JsonObject { ["category"] = nameof(HarmCategory.Sexual), ["severity"] = severity }) };
        await metering.AnswerAsync(call, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    /// <summary>Its bytes or its URL; neither where there is a problem.</summary>
    private static (byte[]? Content, string? Url) ReadImage(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("image", out var image) || image.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new("image", "'image' is required: an object with 'content' or 'blobUrl'.", ProblemCodes.Required));
            return default;
        }

        UnknownMembers.Refuse(image, "image.", ["content", "blobUrl"], problems);
        var before = problems.Count;
        var (text, url) = (image.Text("content", problems), image.Text("blobUrl", problems));
        if (problems.Count > before)
        {
            return default;
        }

        if (string.IsNullOrEmpty(text) == string.IsNullOrEmpty(url))
        {
            problems.Add(new("image", "'image' must have one of 'content' (base64) and 'blobUrl', and not both."));
            return default;
        }

        if (!string.IsNullOrEmpty(url))
        {
            return (null, url);
        }

        if (!image.GetProperty("content").TryGetBytesFromBase64(out var content))
        {
            problems.Add(new("image.content", "'image.content' is not base64."));
        }
        else if (content.Length > MaxBytes)
        {
            problems.Add(new("image.content", $"The image has {content.Length} bytes; {MaxBytes} is the most."));
        }

        return (content, null);
    }

    private async Task<byte[]> FetchAsync(GatewayCall call, string url, CancellationToken cancellationToken)
    {
        try
        {
            return await fetcher.FetchAsync(Door, url, call.Owner.Hub, MaxBytes, cancellationToken);
        }
        catch (FetchRefusedException refused)
        {
            throw ApiException.BadRequest(SafetyProblems.WrongBody, $"The image cannot be fetched. {refused.Message}", "image.blobUrl");
        }
    }

    private async Task<Picture> DecodeAsync(GatewayCall call, byte[] file, string target, CancellationToken cancellationToken)
    {
        try
        {
            return await Picture.ReadAsync(file, Rules, budget, call.Lane, cancellationToken);
        }
        catch (ImageRefusedException refused)
        {
            throw ApiException.BadRequest(SafetyProblems.WrongBody, refused.Message, target);
        }
    }
}
