using Atrium.Server.Egress;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Speech.Hearing.Hooks;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>Batch transcription: the same calls in two forms of address.</summary>
internal static class TranscribingRoutes
{
    /// <summary>Where links to results lead. They say whose they are, so they need no address of an account.</summary>
    public const string Links = "/speechtotext/results";

    public static IServiceCollection AddTranscribing(this IServiceCollection services) => services
        .AddEgressDoor(TranscriptionInputs.Door)
        .AddSingleton<TranscriptionInputs>()
        .AddJobKind<TranscriptionJob>(TranscriptionJob.Kind)
        .AddSingleton<EntityAnswers>()
        .AddSpeechHooks()
        .AddSingleton<Transcribing>();

    /// <param name="routes">Of the speech service, under one of its roots.</param>
    public static void MapTranscribing(this IEndpointRouteBuilder routes)
    {
        foreach (var version in TranscriptionApi.Versions)
        {
            routes.MapPost($"/{version}/transcriptions", Run(Transcribing.Write, (Transcribing calls) => calls.CreateAsync));
            Map(routes.MapGroup($"/{version}"));
        }

        routes.MapPost("/transcriptions:submit", Run(Transcribing.Write, (Transcribing calls) => calls.CreateAsync)).Demanding(DemandApiVersion);
        Map(routes.MapGroup("").Demanding(DemandApiVersion));
    }

    public static void MapTranscriptionLinks(this IEndpointRouteBuilder routes) => routes.MapGet(
        Links + "/{link}",
        (HttpContext context, GatewayPipeline pipeline, Transcribing calls, GatewayState gateway, CancellationToken cancellationToken) =>
            pipeline.RunAsync(context, Transcribing.Read, calls.DownloadAsync, call => calls.ProveLinkAsync(call, gateway, cancellationToken), cancellationToken)).WithTags("Speech");

    private static void Map(RouteGroupBuilder routes)
    {
        routes.MapGet("/transcriptions", Run(Transcribing.Read, (Transcribing calls) => calls.ListAsync));
        routes.MapGet("/transcriptions/locales", Run(Transcribing.Read, (Transcribing calls) => calls.ListLocalesAsync));
        routes.MapGet("/transcriptions/{transcription}", Run(Transcribing.Read, (Transcribing calls) => calls.GetAsync));
        routes.MapPatch("/transcriptions/{transcription}", Run(Transcribing.Write, (Transcribing calls) => calls.UpdateAsync));
        routes.MapDelete("/transcriptions/{transcription}", Run(Transcribing.Delete, (Transcribing calls) => calls.DeleteAsync));
        routes.MapGet("/transcriptions/{transcription}/files", Run(Transcribing.Read, (Transcribing calls) => calls.ListFilesAsync));
        routes.MapGet("/transcriptions/{transcription}/files/{resultFile}", Run(Transcribing.Read, (Transcribing calls) => calls.GetFileAsync));
        routes.MapSpeechHooks();
        routes.MapGet("/models/base", Run(Transcribing.Read, (Transcribing calls) => calls.ListModelsAsync));
        routes.MapGet("/models/base/{speechModel}", Run(Transcribing.Read, (Transcribing calls) => calls.GetModelAsync));
    }
}
