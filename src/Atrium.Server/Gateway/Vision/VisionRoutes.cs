using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Vision;

/// <summary>What is seen in images: <c>/computervision</c>.</summary>
internal static class VisionRoutes
{
    public static IServiceCollection AddVision(this IServiceCollection services) => services
        .AddEgressDoor(ImageBody.Door)
        .AddSingleton<ImageBody>()
        .AddSingleton<ImageAnalysis>()
        .AddSingleton<VisionUpstream>()
        .AddSingleton<IErrorDialect, VisionErrors>();

    public static void MapVision(this IEndpointRouteBuilder routes, string root)
    {
        var vision = routes.MapGroup(root + "/computervision").WithTags("Vision").AddEndpointFilter(DemandApiVersion);
        vision.MapPost("/imageanalysis:analyze", Run(GatewayOperation.AnalyzeImage, (ImageAnalysis images) => images.AnalyzeAsync));
        vision.MapPost("/retrieval:vectorizeImage", Run(VisionUpstream.VectorizeImage, (VisionUpstream upstream) => upstream.AnswerOnly(VisionUpstream.VectorizeImage)));
        vision.MapPost("/retrieval:vectorizeText", Run(VisionUpstream.VectorizeText, (VisionUpstream upstream) => upstream.AnswerOnly(VisionUpstream.VectorizeText)));
        vision.Map("/{**rest}", NotBuilt).WithOrder(1);
    }
}
