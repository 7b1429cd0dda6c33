namespace Atrium.Server.Gateway.Translation;

/// <summary>Translates for calls of the data plane, by whatever engine serves a pair of languages for the one who calls.</summary>
internal interface ITextTranslator
{
    /// <summary>Who would translate. Nothing is translated yet.</summary>
    /// <param name="call">For whom.</param>
    /// <param name="job">What is wanted; its texts are not looked at.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Hosting.ApiException">No engine serves the languages (501), or the deployment that is named does not write (400).</exception>
    ValueTask<TranslationEngine> EngineAsync(GatewayCall call, TranslationJob job, CancellationToken cancellationToken);

    /// <summary>Translates texts of one language into another.</summary>
    /// <param name="call">For whom. Its usage row is the caller's to fill, by what comes back.</param>
    /// <param name="job">What is wanted.</param>
    /// <param name="cancellationToken">Ends the engine's work.</param>
    /// <exception cref="Hosting.ApiException">No engine serves the languages (501), or the one that does failed.</exception>
    Task<TranslatedTexts> TranslateAsync(GatewayCall call, TranslationJob job, CancellationToken cancellationToken);
}

/// <summary>What translates.</summary>
internal enum TranslationEngine
{
    /// <summary>A program on this machine; nobody is paid for it.</summary>
    Apertium,

    /// <summary>Azure AI Translator behind a connection.</summary>
    Connection,

    /// <summary>A chat deployment.</summary>
    Model,
}

/// <summary>Texts to be translated in one direction.</summary>
/// <param name="From">Code of their language.</param>
/// <param name="Texts">The texts.</param>
/// <param name="IsHtml">Whether they are HTML, whose tags are kept.</param>
/// <param name="Target">The language wanted, and how.</param>
internal sealed record TranslationJob(string From, IReadOnlyList<string> Texts, bool IsHtml, TranslationTarget Target);

/// <summary>The translations.</summary>
/// <param name="Texts">One for each text, in order.</param>
/// <param name="Model">What translated.</param>
/// <param name="Deployment">The deployment that did; null for an engine without one.</param>
/// <param name="TokensIn">What a language model read; 0 for other engines.</param>
/// <param name="TokensOut">What it wrote.</param>
internal sealed record TranslatedTexts(IReadOnlyList<string> Texts, string Model, Directory.DeploymentEntry? Deployment, long TokensIn, long TokensOut);
