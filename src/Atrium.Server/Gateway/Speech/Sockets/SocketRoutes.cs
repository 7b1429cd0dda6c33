using Atrium.Server.Gateway.Speech.Hearing;
using Atrium.Server.Gateway.Speech.Speaking;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>The websocket protocol of the official Speech clients.</summary>
internal static class SocketRoutes
{
    public static IServiceCollection AddSpeechSockets(this IServiceCollection services) => services
        .AddSingleton<TurnCalls>()
        .AddSingleton<SocketDoor>()
        .AddSingleton<PhraseTranslator>()
        .AddSingleton<SynthesisTurns>()
        .AddSingleton<RecognitionTurns>()
        .AddSingleton<SpeechSockets>();

    public static IApplicationBuilder UseSpeechSockets(this IApplicationBuilder app) =>
        app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(60) }).UseSocketCredentials();

    public static void MapSpeechSockets(this IEndpointRouteBuilder routes, string root)
    {
        foreach (var part in (string[])["", "/tts"])
        {
            routes.MapGet($"{root}{part}/cognitiveservices/websocket/v1", Run(SpeechCalls.Synthesize, (SpeechSockets sockets) => sockets.SynthesizeAsync)).WithTags("Text to speech");
        }

        foreach (var part in (string[])["", "/stt"])
        {
            routes.MapGet($"{root}{part}/speech/recognition/{{mode}}/cognitiveservices/v1", Run(ShortAudio.Operation, (SpeechSockets sockets) => sockets.RecognizeAsync)).WithTags("Speech");
            routes.MapGet($"{root}{part}/speech/universal/v2", Run(ShortAudio.Operation, (SpeechSockets sockets) => sockets.RecognizeAnyAsync)).WithTags("Speech");
            routes.MapGet($"{root}{part}/speech/translation/cognitiveservices/v1", Run(SpeechSockets.Translate, (SpeechSockets sockets) => sockets.TranslateAsync)).WithTags("Speech");
        }
    }
}
