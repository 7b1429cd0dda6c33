using System.Globalization;
using System.Text;

namespace Atrium.Server.Hosting.Logs;

/// <summary>Writes the log as lines of a file: time, level, category, message, exception.</summary>
internal sealed class FileLoggerProvider(RollingFile file, TimeProvider clock) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new FileLogger(categoryName, file, clock);

    public void Dispose() => file.Dispose();

    private sealed class FileLogger(string category, RollingFile file, TimeProvider clock) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // A line break in a value must not look like another event.
            var message = formatter(state, exception).ReplaceLineEndings(" ");
            var line = new StringBuilder()
                .Append(clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
                .Append(' ').Append(Short(logLevel)).Append(' ').Append(category).Append(": ").Append(message).Append('\n');
            if (exception is not null)
            {
                line.Append("    ").Append(exception.ToString().ReplaceLineEndings("\n    ")).Append('\n');
            }

            try
            {
                file.Write(line.ToString());
            }
            catch (IOException)
            {
                // A full disk must not stop the server; the console still has the event.
            }
        }

        private static string Short(LogLevel level) => level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info ",
            LogLevel.Warning => "warn ",
            LogLevel.Error => "error",
            _ => "fatal",
        };
    }
}
