using Atrium.Server.Gateway.Speech.Hearing.Batch;
using Atrium.Server.Gateway.Speech.Hearing.Foreign;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>What is heard: speech to text in the dialects of OpenAI and Azure Speech.</summary>
internal static class HearingRoutes
{
    public static IServiceCollection AddHearing(this IServiceCollection services) => services
        .AddSingleton<AudioInbox>()
        .AddSingleton<Listener>()
        .AddSingleton<ConversationListener>()
        .AddSingleton<AudioUpstream>()
        .AddSingleton<Transcriptions>()
        .AddSingleton<SpeechUpstream>()
        .AddSingleton<ShortAudio>()
        .AddSingleton<FastTranscription>()
        .AddSettings<HearingOptions>(HearingOptions.Section)
        .AddSingleton<AzureEar>()
        .AddSingleton<DiarizingEar>()
        .AddSingleton<ForeignEars>()
        .AddTranscribing()
        .AddSingleton<IErrorDialect, TranscriptionErrors>();

    public static void MapHearing(this IEndpointRouteBuilder routes, string root)
    {
        routes.MapPost(root + "/speech/recognition/{mode}/cognitiveservices/v1", Run(ShortAudio.Operation, (ShortAudio audio) => audio.RecognizeAsync)).WithTags("Speech");

        var transcriptions = routes.MapGroup(root + "/speechtotext").WithTags("Speech");
        transcriptions.MapPost("/transcriptions:transcribe", Run(FastTranscription.Operation, (FastTranscription audio) => audio.TranscribeAsync)).Demanding(DemandApiVersion);
        transcriptions.MapTranscribing();
        transcriptions.Map("/{**rest}", NotBuilt).WithOrder(1);
    }

    /// <summary>Audio of the OpenAI API, below an address of it: <c>/deployments/{deployment}</c>, or nothing where the form names the model.</summary>
    public static void MapTranscriptions(this IEndpointRouteBuilder openai, string below)
    {
        openai.MapPost(below + "/audio/transcriptions", Run(Transcriptions.Transcribe, (Transcriptions audio) => audio.TranscribeAsync));
        openai.MapPost(below + "/audio/translations", Run(Transcriptions.Translate, (Transcriptions audio) => audio.TranslateAsync));
    }
}
