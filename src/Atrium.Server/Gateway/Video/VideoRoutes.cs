using Atrium.Inference.Video;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Jobs;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Video;

/// <summary>What is seen and heard in videos: <c>/contentunderstanding</c>, with the published analyzer <c>prebuilt-video</c>.</summary>
internal static class VideoRoutes
{
    public static IServiceCollection AddVideo(this IServiceCollection services) => services
        .AddSingleton<VideoDecoder>()
        .AddSingleton<VideoCalls>()
        .AddSingleton<VideoInput>()
        .AddSingleton<VideoWatcher>()
        .AddEgressDoor(VideoInput.Door)
        .AddJobKind<VideoJob>(VideoJob.Kind);

    public static void MapVideo(this IEndpointRouteBuilder routes, string root)
    {
        var videos = routes.MapGroup(root + "/contentunderstanding").WithTags("Content Understanding").Demanding(DemandDatedVersion).Demanding(Identify);
        videos.MapPost("/analyzers/{analyzer}:analyze", Run(VideoCalls.Analyze, (VideoCalls calls) => calls.AnalyzeAsync));
        videos.MapPost("/analyzers/{analyzer}:analyzeBinary", Run(VideoCalls.Analyze, (VideoCalls calls) => calls.AnalyzeBinaryAsync));
        videos.MapGet("/analyzers", Run(VideoCalls.Read, (VideoCalls calls) => calls.ListAnalyzersAsync));
        videos.MapGet("/analyzers/{analyzer}", Run(VideoCalls.Read, (VideoCalls calls) => calls.GetAnalyzerAsync));
        videos.MapGet("/analyzerResults/{result}", Run(VideoCalls.Read, (VideoCalls calls) => calls.GetAsync));
        videos.MapDelete("/analyzerResults/{result}", Run(VideoCalls.Delete, (VideoCalls calls) => calls.DeleteAsync));
        videos.Map("/{**rest}", NotBuilt).WithOrder(1);
    }
}
