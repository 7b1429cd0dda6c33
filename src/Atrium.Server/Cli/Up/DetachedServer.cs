using System.Diagnostics;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Logs;

namespace Atrium.Server.Cli.Up;

/// <summary>A server in a session of its own: it outlives the terminal and this command, and holds none of their streams.</summary>
internal sealed class DetachedServer : IDisposable
{
    // The shell opens the streams, so that nobody who reads this command's output waits for the server too.
    private const string Script = """
        out=$1; shift
        exec </dev/null >"$out" 2>&1
        if command -v setsid >/dev/null 2>&1; then exec setsid "$@"; else exec nohup "$@"; fi
        """;

    private readonly Process process;
    private readonly string console;

    private DetachedServer(Process process, string console)
    {
        this.process = process;
        this.console = console;
    }

    public bool HasEnded => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>What it wrote beside its log: why it could not start, or how it crashed.</summary>
    public string Said => File.Exists(console) ? File.ReadAllText(console).Trim() : "";

    public static DetachedServer Start(string data, string[] settings)
    {
        PrivateFile.CreateFolder(Path.Combine(data, LogSetup.Folder));
        var console = Path.Combine(data, LogSetup.Folder, "console.log");
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = data };
        string[] arguments = ["-c", Script, "atrium", console, .. OwnProgram(), "serve", "--detached", .. settings];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

#pragma warning disable RS0030 // Atrium itself.
        return new(Process.Start(start) ?? throw new CliException("The server's process could not be started."), console);
#pragma warning restore RS0030
    }

    public void Dispose() => process.Dispose();

    private static string[] OwnProgram()
    {
        var host = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, typeof(Program).Assembly.Location] : [host];
    }
}
