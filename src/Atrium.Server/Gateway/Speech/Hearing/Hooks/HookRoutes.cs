using Atrium.Server.Egress;
using Atrium.Server.Gateway.Jobs;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>Web hooks of transcriptions.</summary>
internal static class HookRoutes
{
    public static IServiceCollection AddSpeechHooks(this IServiceCollection services) => services
        .AddEgressDoor(HookSender.Door)
        .AddSingleton<HookSender>()
        .AddSingleton<HookNotices>()
        .AddJobKind<HookJob>(HookJob.Kind)
        .AddJobKind<NoticeJob>(NoticeJob.Kind)
        .AddSingleton<SpeechHooks>();

    public static void MapSpeechHooks(this RouteGroupBuilder routes)
    {
        routes.MapGet("/webhooks", Run(SpeechHooks.Read, (SpeechHooks hooks) => hooks.ListAsync));
        routes.MapPost("/webhooks", Run(SpeechHooks.Write, (SpeechHooks hooks) => hooks.CreateAsync));
        routes.MapGet("/webhooks/{webhook}", Run(SpeechHooks.Read, (SpeechHooks hooks) => hooks.GetAsync));
        routes.MapPatch("/webhooks/{webhook}", Run(SpeechHooks.Write, (SpeechHooks hooks) => hooks.UpdateAsync));
        routes.MapDelete("/webhooks/{webhook}", Run(SpeechHooks.Delete, (SpeechHooks hooks) => hooks.DeleteAsync));
        routes.MapPost("/webhooks/{webhook}:ping", Run(SpeechHooks.Write, (SpeechHooks hooks) => hooks.PingAsync));
        routes.MapPost("/webhooks/{webhook}:test", Run(SpeechHooks.Write, (SpeechHooks hooks) => hooks.TestAsync));
    }
}
