namespace Atrium.Server.Hosting.Settings;

/// <summary>One options class and the section it is read from; the root's name is empty.</summary>
internal sealed record SettingsSection(string Name, Type Options);

/// <summary>How a feature declares its settings: checked at start, listed in docs/settings.md, injected as <c>IOptions</c>.</summary>
internal static class SettingsRegistration
{
    public static IServiceCollection AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().BindConfiguration(section);
        return services.AddSingleton(new SettingsSection(section, typeof(TOptions)));
    }
}
