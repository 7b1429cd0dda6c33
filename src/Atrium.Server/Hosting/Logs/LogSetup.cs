namespace Atrium.Server.Hosting.Logs;

/// <summary>The log of a server: <c>logs/atrium.log</c> in the data folder.</summary>
internal static class LogSetup
{
    public const string Folder = "logs";
    public const string FileName = "atrium.log";
    private const long MaxBytes = 10 * 1024 * 1024;
    private const int Keep = 5;

    public static string PathIn(string data) => Path.Combine(data, Folder, FileName);

    public static void AddFileLog(this ILoggingBuilder logging, string data)
    {
        PrivateFile.CreateFolder(Path.Combine(data, Folder));
        logging.AddProvider(new FileLoggerProvider(new(PathIn(data), MaxBytes, Keep), TimeProvider.System));
    }
}
