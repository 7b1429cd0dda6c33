using Atrium.Contracts;
using Atrium.Inference.Images;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Vision;

/// <summary>Gets the image of a call: sent as it is, or by a URL in JSON.</summary>
internal sealed class ImageBody(UrlFetcher fetcher, PictureBudget budget)
{
    public static readonly EgressDoor Door = new("image-url", "The image that a call of Image Analysis names by its URL") { MaxRedirects = 5 };

    /// <summary>As published.</summary>
    private const int MaxBytes = 20 * 1024 * 1024;
    private static readonly ImageRules Rules = new();

    /// <exception cref="ApiException">It cannot be had or is no image.</exception>
    public async Task<Picture> ReadAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var request = call.Http.Request;
        var bytes = request.HasJsonContentType()
            ? await FetchAsync(call, cancellationToken)
            : await BoundedBody.ReadAsync(request.Body, request.ContentLength, MaxBytes, cancellationToken)
                ?? throw ApiException.BadRequest("InvalidImageSize", $"The image has more than {MaxBytes} bytes.");
        if (bytes.Length == 0)
        {
            throw ApiException.BadRequest("InvalidImageFormat", "The request has no image. Send its bytes as application/octet-stream or image/*, or JSON with its 'url'.");
        }

        try
        {
            return await Picture.ReadAsync(bytes, Rules, budget, call.Lane, cancellationToken);
        }
        catch (ImageRefusedException refused)
        {
            throw ApiException.BadRequest(refused.Fault is ImageFault.WrongSize ? "InvalidImageSize" : "InvalidImageFormat", refused.Message);
        }
    }

    private async Task<byte[]> FetchAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var problems = new List<Problem>();
        UnknownMembers.Refuse(document.RootElement, "", ["url"], problems);
        var url = document.RootElement.Text("url", problems);
        if (problems is [var first, ..])
        {
            throw ApiException.BadRequest("InvalidImageUrl", string.Join(' ', problems.Select(problem => problem.Message)), first.Target);
        }

        if (string.IsNullOrEmpty(url))
        {
            throw ApiException.BadRequest("InvalidImageUrl", "'url' is required: where the image is.", "url");
        }

        try
        {
            return await fetcher.FetchAsync(Door, url, call.Owner.Hub, MaxBytes, cancellationToken);
        }
        catch (FetchRefusedException refused)
        {
            throw ApiException.BadRequest("InvalidImageUrl", $"The image URL is not accessible. {refused.Message}", "url");
        }
    }
}
