using Atrium.Inference.Media;
using Atrium.Server.Hosting;
using Atrium.Server.Models;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Speech.Speakers;

/// <summary>Who speaks: the same calls for verification and identification, in two forms of address.</summary>
internal static class SpeakerRoutes
{
    private static readonly string[] Scenarios = [SpeakerCalls.Verification, SpeakerCalls.Identification];

    public static IServiceCollection AddSpeakers(this IServiceCollection services)
    {
        foreach (var type in SpeakerProfiles.Types)
        {
            services.AddKeptType(type);
        }

        foreach (var scenario in Scenarios)
        {
            services.AddKeyedSingleton(scenario, (provider, _) => new SpeakerCalls(
                scenario, provider.GetRequiredService<SpeakerProfiles>(), provider.GetRequiredService<EmbeddedEngines>(), provider.GetRequiredService<AudioDecoder>(), provider.GetRequiredService<Metering>()));
        }

        return services.AddSingleton<SpeakerProfiles>().AddSingleton<IErrorDialect, SpeakerErrors>();
    }

    public static void MapSpeakers(this IEndpointRouteBuilder routes, string root)
    {
        foreach (var scenario in Scenarios)
        {
            var dated = routes.MapGroup($"{root}{SpeakerApi.Dated}/{scenario}").WithTags("Speaker recognition").Demanding(GatewayRoutes.DemandApiVersion);
            Map(dated, scenario, ':');
            var older = routes.MapGroup($"{root}{SpeakerApi.Older}/{scenario}/v2.0").WithTags("Speaker recognition");
            Map(older, scenario, '/');
        }

        foreach (var form in (string[])[SpeakerApi.Dated, SpeakerApi.Older])
        {
            routes.Map($"{root}{form}/{{**rest}}", GatewayRoutes.NotBuilt).WithTags("Speaker recognition").WithOrder(1);
        }
    }

    /// <param name="routes">Of one form and one scenario.</param>
    /// <param name="scenario">Which.</param>
    /// <param name="verb">What stands before the name of an action.</param>
    private static void Map(RouteGroupBuilder routes, string scenario, char verb)
    {
        RequestDelegate Run(GatewayOperation operation, Func<SpeakerCalls, Func<GatewayCall, CancellationToken, Task>> method) =>
            GatewayRoutes.Run(operation, services => services.GetRequiredKeyedService<SpeakerCalls>(scenario), method);

        const string any = "/text-independent";
        routes.MapPost(any + "/profiles", Run(SpeakerCalls.Write, calls => calls.CreateAsync));
        routes.MapGet(any + "/profiles", Run(SpeakerCalls.Read, calls => calls.ListAsync));
        routes.MapGet(any + "/profiles/{speakerProfile}", Run(SpeakerCalls.Read, calls => calls.GetAsync));
        routes.MapDelete(any + "/profiles/{speakerProfile}", Run(SpeakerCalls.Delete, calls => calls.DeleteAsync));
        routes.MapPost(any + "/profiles/{speakerProfile}/enrollments", Run(SpeakerCalls.Enroll, calls => calls.EnrollAsync));
        routes.MapPost(any + $"/profiles/{{speakerProfile}}{verb}reset", Run(SpeakerCalls.Write, calls => calls.ResetAsync));
        routes.MapGet(any + "/phrases/{locale}", Run(SpeakerCalls.Read, calls => calls.ListPhrasesAsync));
        if (scenario == SpeakerCalls.Verification)
        {
            routes.MapPost(any + $"/profiles/{{speakerProfile}}{verb}verify", Run(SpeakerCalls.Verify, calls => calls.VerifyAsync));
        }
        else
        {
            routes.MapPost(any + $"/profiles{verb}identifySingleSpeaker", Run(SpeakerCalls.Identify, calls => calls.IdentifyAsync));
        }

        routes.Map("/text-dependent/{**rest}", SpeakerCalls.RefuseTextDependent).WithOrder(1);
    }
}
