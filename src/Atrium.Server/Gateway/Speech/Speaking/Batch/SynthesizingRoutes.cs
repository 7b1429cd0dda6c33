using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Speech.Speaking.Batch;

/// <summary>Batch synthesis.</summary>
internal static class SynthesizingRoutes
{
    public const string Service = "/texttospeech";

    /// <summary>Where links to results lead. They say whose they are, so they need no address of an account.</summary>
    public const string Links = Service + "/results";

    public static IServiceCollection AddSynthesizing(this IServiceCollection services) => services.AddJobKind<SynthesisJob>(SynthesisJob.Kind).AddSingleton<Synthesizing>();

    public static void MapSynthesizing(this IEndpointRouteBuilder routes, string root)
    {
        var batches = routes.MapGroup(root + Service).WithTags("Text to speech").Demanding(DemandApiVersion);
        batches.MapPut("/batchsyntheses/{synthesis}", Run(Synthesizing.Write, (Synthesizing calls) => calls.CreateAsync));
        batches.MapGet("/batchsyntheses", Run(Synthesizing.Read, (Synthesizing calls) => calls.ListAsync));
        batches.MapGet("/batchsyntheses/{synthesis}", Run(Synthesizing.Read, (Synthesizing calls) => calls.GetAsync));
        batches.MapDelete("/batchsyntheses/{synthesis}", Run(Synthesizing.Delete, (Synthesizing calls) => calls.DeleteAsync));
        batches.MapGet("/operations/{synthesisOperation}", Run(Synthesizing.Read, (Synthesizing calls) => calls.GetOperationAsync));
        batches.Map("/{**rest}", NotBuilt).WithOrder(1);
    }

    public static void MapSynthesisLinks(this IEndpointRouteBuilder routes) => routes.MapGet(
        Links + "/{link}",
        (HttpContext context, GatewayPipeline pipeline, Synthesizing calls, GatewayState gateway, CancellationToken cancellationToken) =>
            pipeline.RunAsync(context, Synthesizing.Read, calls.DownloadAsync, call => calls.ProveLinkAsync(call, gateway, cancellationToken), cancellationToken)).WithTags("Text to speech");
}
