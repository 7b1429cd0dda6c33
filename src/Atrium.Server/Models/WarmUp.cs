using Atrium.Inference;
using Atrium.Inference.Packages;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Models;

/// <summary>Opens the embedded models soon after the start, so that the first caller does not wait. What is missing is said when it is asked for.</summary>
internal sealed partial class WarmUp(EmbeddedModels models, IOptions<ModelsOptions> options, ILogger<WarmUp> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Warm)
        {
            return;
        }

        // The server answers its first requests before the models take the processors.
        await Task.Yield();
        try
        {
            await models.WarmUpAsync(stoppingToken);
            LogWarm();
        }
        catch (ModelPackageException missing)
        {
            LogMissing(missing.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(LogLevel.Information, "The embedded models are loaded.")]
    private partial void LogWarm();

    [LoggerMessage(LogLevel.Warning, "Not all embedded models can be loaded: {Reason}")]
    private partial void LogMissing(string reason);
}
