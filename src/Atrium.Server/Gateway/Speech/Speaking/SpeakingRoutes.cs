using Atrium.Inference;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Gateway.Speech.Speaking.Batch;
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
        .AddSingleton<SpokenUpstream>()
        .AddSingleton<AudioSpeech>()
        .AddSynthesizing()
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

    /// <summary>Speech of the OpenAI API, below an address of it: <c>/deployments/{deployment}</c>, or nothing where the body names the model.</summary>
    public static void MapSpeech(this IEndpointRouteBuilder openai, string below) =>
        openai.MapPost(below + "/audio/speech", Run(AudioSpeech.Operation, (AudioSpeech speech) => speech.SpeakAsync));
}
