using System.Runtime.InteropServices;

namespace Atrium.Server.Cli;

/// <summary>Signals to a process that is no child of ours.</summary>
internal static partial class Signals
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    /// <exception cref="CliException">The process belongs to another account.</exception>
    public static void Terminate(int process) => Send(process, SigTerm);

    public static void Kill(int process) => Send(process, SigKill);

    private static void Send(int process, int signal)
    {
        // No such process: it ended by itself just now.
        const int NoSuchProcess = 3;
        if (KillProcess(process, signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
        {
            throw new CliException($"Process {process} cannot be ended: {Marshal.GetPInvokeErrorMessage(error)}. It may have been started by another account.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int KillProcess(int process, int signal);
}
