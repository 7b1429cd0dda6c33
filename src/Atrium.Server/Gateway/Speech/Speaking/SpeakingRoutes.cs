using Atrium.Inference;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Hosting;
using Atrium.Server.Models;
using Microsoft.Extensions.Options;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Text to speech: <c>/cognitiveservices</c>, with or without <c>/tts</c> before it.</summary>
internal static class SpeakingRoutes
{
    public static IServiceCollection AddSpeaking(this IServiceCollection services) => services
        .AddSingleton(provider => new AudioEncoders(InstalledPrograms.Find, provider.GetRequiredService<IOptions<MediaSettings>>().Value.Ffmpeg))
        .AddSingleton<Speaker>()
        .AddSingleton<SpeechCalls>()
        .AddSingleton<IErrorDialect, SpeakingErrors>();

    public static void MapSpeaking(this IEndpointRouteBuilder routes, string root)
    {
        foreach (var part in (string[])["", "/tts"])
        {
            var speaking = routes.MapGroup($"{root}{part}/cognitiveservices").WithTags("Text to speech");
            speaking.MapPost("/v1", Run(SpeechCalls.Synthesize, (SpeechCalls speech) => speech.SynthesizeAsync));
            speaking.MapGet("/voices/list", Run(SpeechCalls.ListVoices, (SpeechCalls speech) => speech.ListVoicesAsync));
            speaking.Map("/{**rest}", NotBuilt).WithOrder(1);
        }
    }
}
