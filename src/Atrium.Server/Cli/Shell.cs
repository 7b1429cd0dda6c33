namespace Atrium.Server.Cli;

/// <summary>Text for lines that people paste into a shell.</summary>
internal static class Shell
{
    /// <summary>As it is where that is safe, in single quotes otherwise.</summary>
    public static string Quote(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':' or '@' or '%' or '+' or '=' or ',')
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
