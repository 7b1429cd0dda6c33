using Atrium.Server.Hosting.Health;

namespace Atrium.Server.Hosting.FirstRun;

/// <summary>Only the command's server makes a first hub; a test makes what it needs.</summary>
internal static class FirstRunSetup
{
    public static IServiceCollection AddFirstRun(this IServiceCollection services) => services
        .AddSingleton<FirstRun>()
        .AddSingleton<IReadiness>(provider => provider.GetRequiredService<FirstRun>())
        .AddHostedService(provider => provider.GetRequiredService<FirstRun>());
}
