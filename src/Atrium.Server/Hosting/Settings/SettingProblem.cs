namespace Atrium.Server.Hosting.Settings;

/// <summary>One setting that cannot be: its key, the value found, the values allowed.</summary>
internal sealed record SettingProblem(string Key, string Found, string Allowed)
{
    /// <summary>Where the value was written: a file, the environment, the command line.</summary>
    public string? Source { get; init; }

    public override string ToString() => $"{Key} is {(Found == "nothing" ? Found : $"'{Found}'")}{(Source is null ? "" : $" ({Source})")}. Allowed: {Allowed}.";
}

/// <summary>All that is wrong with the settings, for the operator.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>Options that check themselves beyond what one value shows.</summary>
internal interface ISettingRules
{
    IEnumerable<SettingProblem> Check();
}
