using Atrium.Inference.Images;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Vision;

/// <summary>What is seen in images: <c>/computervision</c>.</summary>
internal static class VisionRoutes
{
    /// <summary>Of all pictures that are worked on: half a gigabyte while they are decoded.</summary>
    private const long PixelsAtOnce = 64_000_000;
    private const int PicturesWaiting = 64;

    public static IServiceCollection AddVision(this IServiceCollection services) => services
        .AddEgressDoor(ImageBody.Door)
        .AddSingleton(new PictureBudget(PixelsAtOnce, PicturesWaiting))
        .AddSingleton<ImageBody>()
        .AddSingleton<ImageAnalysis>()
        .AddSingleton<VisionUpstream>()
        .AddSingleton<IErrorDialect, VisionErrors>();

    public static void MapVision(this IEndpointRouteBuilder routes, string root)
    {
        var vision = routes.MapGroup(root + "/computervision").WithTags("Vision").Demanding(DemandDatedVersion).Demanding(Identify);
        vision.MapPost("/imageanalysis:analyze", Run(GatewayOperation.AnalyzeImage, (ImageAnalysis images) => images.AnalyzeAsync));
        vision.MapPost("/retrieval:vectorizeImage", Run(VisionUpstream.VectorizeImage, (VisionUpstream upstream) => upstream.AnswerOnly(VisionUpstream.VectorizeImage)));
        vision.MapPost("/retrieval:vectorizeText", Run(VisionUpstream.VectorizeText, (VisionUpstream upstream) => upstream.AnswerOnly(VisionUpstream.VectorizeText)));
        vision.Map("/{**rest}", NotBuilt).WithOrder(1);
    }
}
