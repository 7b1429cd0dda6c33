namespace Atrium.Server.Hosting.Settings;

/// <summary>Where settings come from. The later one wins: appsettings.json (beside the program, then in the data folder), --config file, environment, command line.</summary>
internal static class SettingsSources
{
    public const string EnvironmentPrefix = "ATRIUM_";
    public const string ConfigFileKey = "config";
    private const string FileName = "appsettings.json";

    /// <summary>Where the hub keeps its things when nobody says where.</summary>
    public static string DefaultData
    {
        get
        {
            var share = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } given
                ? given
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
            return Path.GetFullPath(Path.Combine(share, "atrium"));
        }
    }

    /// <param name="builder">Empty.</param>
    /// <param name="args"><c>--Key:Sub value</c>; <c>--config FILE</c> names a file.</param>
    /// <exception cref="SettingsException">A file is missing or is no JSON.</exception>
    public static void AddAtriumSettings(this IConfigurationBuilder builder, string[] args)
    {
        var commandLine = new ConfigurationBuilder().AddCommandLine(args).Build();
        var config = commandLine[ConfigFileKey] is { } path ? Path.GetFullPath(path) : null;
        if (config is not null && !File.Exists(config))
        {
            throw new SettingsException([$"--config names '{config}', which is not there."]);
        }

        try
        {
            Add(builder, config, args);
        }
        catch (Exception broken) when (broken is InvalidDataException or FormatException)
        {
            throw new SettingsException([$"{broken.Message} {broken.InnerException?.Message}".TrimEnd()]);
        }
    }

    private static void Add(IConfigurationBuilder builder, string? config, string[] args)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, FileName);
        var first = Compose(new ConfigurationBuilder(), [beside, config], args).Build();
        var data = Path.GetFullPath(first["Data"] is { Length: > 0 } given ? given : DefaultData);
        builder.AddInMemoryCollection(
        [
            new("Data", data),
            new("Logging:LogLevel:Default", "Information"),
            new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
            new("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Warning"),
            new("Logging:LogLevel:OpenIddict", "Warning"),
        ]);
        Compose(builder, [beside, Path.Combine(data, FileName), config], args);
        builder.AddInMemoryCollection([new("Data", data)]);
    }

    private static IConfigurationBuilder Compose(IConfigurationBuilder builder, IReadOnlyList<string?> files, string[] args)
    {
        foreach (var file in files.OfType<string>().Where(File.Exists))
        {
            builder.AddJsonFile(file, optional: false, reloadOnChange: false);
        }

        builder.AddEnvironmentVariables(EnvironmentPrefix);
        return builder.AddCommandLine([.. WithoutConfigFile(args)]);
    }

    private static IEnumerable<string> WithoutConfigFile(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i].Equals($"--{ConfigFileKey}", StringComparison.OrdinalIgnoreCase))
            {
                i++;
            }
            else if (!args[i].StartsWith($"--{ConfigFileKey}=", StringComparison.OrdinalIgnoreCase))
            {
                yield return args[i];
            }
        }
    }
}
