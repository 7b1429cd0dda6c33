using System.Net.Sockets;
using System.Text.RegularExpressions;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.FirstRun;
using Atrium.Server.Hosting.Instance;
using Atrium.Server.Hosting.Logs;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Cli;

/// <summary>One server from its lock to its end.</summary>
internal static partial class ServerProcess
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <param name="args">Settings as a command line.</param>
    /// <param name="quiet">Log to the file only.</param>
    /// <param name="ready">Called when it listens.</param>
    public static async Task<int> RunAsync(string[] args, bool quiet, Action<RunningServer>? ready)
    {
        await using var app = Program.Build(args, builder =>
        {
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
            builder.Services.AddFirstRun();
            builder.Logging.ClearProviders();
            builder.Logging.AddFileLog(builder.Configuration["Data"]!);
            if (!quiet)
            {
                builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
            }
        });
        var options = app.Services.GetRequiredService<IOptions<AtriumOptions>>().Value;
        using var instance = await InstanceLock.TryTakeAsync(options.Data, CancellationToken.None)
            ?? throw new CliException($"A server (process {InstanceLock.Holder(options.Data)}) already runs on '{options.Data}'. 'atrium down' ends it.");
        try
        {
            await app.Services.PrepareStoreAsync(CancellationToken.None);
            await app.StartAsync();
        }
        catch (StoreTooNewException newer)
        {
            throw new CliException(newer.Message);
        }
        catch (Exception failure) when (Explain(failure, options) is { } explained)
        {
            throw new CliException(explained);
        }
        catch (Exception failure) when (failure is not Hosting.Settings.SettingsException)
        {
            app.Services.GetRequiredService<ILogger<WebApplication>>().LogStartFailed(failure);
            throw new CliException($"The hub could not start: {failure.Message} Its log has the details: {LogSetup.PathIn(options.Data)}");
        }

        var addresses = app.Services.GetRequiredService<ServerAddresses>();
        var running = new RunningServer
        {
            ProcessId = Environment.ProcessId,
            Endpoint = addresses.Http,
            HttpsEndpoint = addresses.Https,
            StartedAt = app.Services.GetRequiredService<TimeProvider>().GetUtcNow(),
        };
        running.Write(options.Data);
        ready?.Invoke(running);
        await app.WaitForShutdownAsync();
        File.Delete(RunningServer.PathIn(options.Data));
        return ExitCodes.Done;
    }

    private static string? Explain(Exception failure, AtriumOptions options)
    {
        var taken = TakenPort().Match(failure.Message);
        if (taken.Success)
        {
            var isHttps = failure.Message.Contains("https://", StringComparison.Ordinal);
            return $"Port {taken.Groups[1].Value} is taken by another program. Choose another one with {(isHttps ? "--https-port N (setting Listen:HttpsPort)" : "--port N (setting Listen:Port)")}.";
        }

        return (failure as SocketException ?? failure.InnerException as SocketException ?? failure.InnerException?.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.AccessDenied => "This account may not listen on that port: ports under 1024 are for root. Choose others with --port N and --https-port N.",
            SocketError.AddressNotAvailable => $"Listen:Address is '{options.Listen.Address}', which is no address of this machine.",
            _ => null,
        };
    }

    [LoggerMessage(LogLevel.Critical, "The hub could not start.")]
    private static partial void LogStartFailed(this ILogger logger, Exception failure);

    [GeneratedRegex(@":(\d+): address already in use")]
    private static partial Regex TakenPort();
}
