using Atrium.Inference.Translation;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;
using Microsoft.Extensions.Options;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway.Translation;

/// <summary>The Translator API, at the root as on the published service and under <c>/translator/text/v3.0</c> as on a resource of it.</summary>
internal static class TranslationRoutes
{
    private static readonly string[] Prefixes = ["", "/translator/text/v3.0"];

    /// <summary>Published operations that nothing here can do by itself.</summary>
    private static readonly GatewayOperation[] ByConnection = [TranslatorUpstream.Transliterate, TranslatorUpstream.Lookup, TranslatorUpstream.Examples];

    public static IServiceCollection AddTranslation(this IServiceCollection services) => services
        .AddSettings<TranslationOptions>(TranslationOptions.Section)
        .AddSingleton(provider => new ApertiumTranslator(provider.GetRequiredService<IOptions<TranslationOptions>>().Value.Engine))
        .AddSingleton<ChatTranslator>()
        .AddSingleton<ITextTranslator, TextTranslator>()
        .AddSingleton<TranslatorUpstream>()
        .AddSingleton<TranslatorCalls>()
        .AddSingleton<LanguageList>()
        .AddSingleton<IErrorDialect, TranslatorErrors>();

    /// <summary>Gives every answer, refusals too, the id that the published service's have.</summary>
    private static void Name(HttpContext context) => context.Response.Headers["X-RequestId"] = CorrelationId.Of(context);

    public static void MapTranslation(this IEndpointRouteBuilder routes, string root)
    {
        foreach (var prefix in Prefixes)
        {
            var translator = routes.MapGroup(root + prefix).WithTags("Translator").Demanding(Name).Demanding(Identify);
            translator.MapPost("/translate", Run(TranslatorCalls.Translate, (TranslatorCalls calls) => calls.TranslateAsync));
            translator.MapPost("/detect", Run(TranslatorCalls.Detect, (TranslatorCalls calls) => calls.DetectAsync));
            translator.MapPost("/breaksentence", Run(TranslatorCalls.BreakSentence, (TranslatorCalls calls) => calls.BreakSentenceAsync));
            translator.MapGet("/languages", (HttpContext context, LanguageList languages, CancellationToken cancellationToken) => languages.GetAsync(context, cancellationToken));
            foreach (var operation in ByConnection)
            {
                translator.MapPost($"/{operation.Path}", Run(operation, (TranslatorUpstream upstream) => upstream.AnswerOnly(operation)));
            }
        }
    }
}
