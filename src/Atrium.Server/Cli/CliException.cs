namespace Atrium.Server.Cli;

/// <summary>Ends a command with a message for the operator.</summary>
internal sealed class CliException(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>What the commands return.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    public const int Failed = 1;

    /// <summary>The command line or a setting is wrong. Nothing was started.</summary>
    public const int Misused = 2;

    /// <summary><c>atrium status</c>: no server runs.</summary>
    public const int Stopped = 3;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
