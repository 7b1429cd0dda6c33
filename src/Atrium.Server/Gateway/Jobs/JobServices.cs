using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>Registers work that outlives its request.</summary>
internal static class JobServices
{
    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<JobStore>()
        .AddSingleton<JobFolders>()
        .AddSingleton<ResultLinks>()
        .AddSingleton<JobRunner>().AddHostedService(provider => provider.GetRequiredService<JobRunner>())
        .AddSingleton<JobSweep>().AddHostedService(provider => provider.GetRequiredService<JobSweep>());

    /// <summary>A kind of job: one line a kind in the folder that owns it.</summary>
    public static IServiceCollection AddJobKind<T>(this IServiceCollection services, string name)
        where T : class, IJobKind
    {
        foreach (var type in JobTypes.Of(name))
        {
            services.AddKeptType(type);
        }

        return services.AddSingleton<T>().AddSingleton<IJobKind>(provider => provider.GetRequiredService<T>());
    }
}
