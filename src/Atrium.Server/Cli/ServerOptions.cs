using System.CommandLine;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Cli;

/// <summary>What <c>up</c> and <c>serve</c> pass on to the server as settings: the short options, and any <c>--Section:Key value</c>.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string?> data = CommonOptions.Data();
    private readonly Option<string?> config = CommonOptions.Config();
    private readonly Option<string?> port = new("--port") { Description = "Port of plain HTTP on loopback, 8400 unless told. 0 takes a free one.", HelpName = "N" };
    private readonly Option<string?> httpsPort = new("--https-port") { Description = "Port of HTTPS, the one after --port unless told.", HelpName = "N" };

    public void AddTo(Command command)
    {
        command.Add(data);
        command.Add(config);
        command.Add(port);
        command.Add(httpsPort);
        command.TreatUnmatchedTokensAsErrors = false;
    }

    /// <summary>As the configuration's command line reads them.</summary>
    public string[] ToArguments(ParseResult parsed)
    {
        List<string> arguments = [];
        Add("--Data", parsed.GetValue(data) is { } folder ? Path.GetFullPath(folder) : null);
        Add($"--{SettingsSources.ConfigFileKey}", parsed.GetValue(config) is { } file ? Path.GetFullPath(file) : null);
        Add("--Listen:Port", parsed.GetValue(port));
        Add("--Listen:HttpsPort", parsed.GetValue(httpsPort));
        arguments.AddRange(Settings([.. parsed.UnmatchedTokens]));
        return [.. arguments];

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                arguments.AddRange([key, value]);
            }
        }
    }

    private static IEnumerable<string> Settings(IReadOnlyList<string> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new CliException($"'{tokens[i]}' is not understood here. A setting is given as --Section:Key VALUE.", ExitCodes.Misused);
            }

            yield return tokens[i];
            if (!tokens[i].Contains('=', StringComparison.Ordinal))
            {
                yield return ++i < tokens.Count ? tokens[i] : throw new CliException($"{tokens[i - 1]} needs a value.", ExitCodes.Misused);
            }
        }
    }
}
