using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference.Translation;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Translation;

/// <summary><c>languages</c>: what can be translated here, named in English.</summary>
internal sealed class LanguageList(ApertiumTranslator apertium, ChatTranslator chat, GatewayPipeline pipeline, Metering metering)
{
    public static readonly GatewayOperation Operation = new("languages", "languages", "Microsoft.CognitiveServices/accounts/TextTranslation/languages/read", null);
    private static readonly string[] Scopes = ["translation", "transliteration", "dictionary", "models"];

    /// <summary>Without a key too, as published: the list of this installation, which tells nothing of anybody. At an account's or project's address only with one that is right.</summary>
    public async Task GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.RouteValues.ContainsKey("account") || context.Request.RouteValues.ContainsKey("project") || Authentication.HasCredentials(context))
        {
            await pipeline.RunAsync(context, Operation, AnswerAsync, cancellationToken);
            return;
        }

        if (Prepare(context, mayAll: false) is { } body)
        {
            await context.Response.Body.WriteAsync(body, cancellationToken);
        }
    }

    private async Task AnswerAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (Prepare(call.Http, mayAll: chat.FindDefault(call) is not null) is { } body)
        {
            await metering.AnswerAsync(call, "application/json; charset=utf-8", body, cancellationToken);
            return;
        }

        metering.Record(call, StatusCodes.Status304NotModified);
    }

    /// <summary>The answer, its headers set; null where the caller has it already (304).</summary>
    private byte[]? Prepare(HttpContext context, bool mayAll)
    {
        var form = TranslatorVersion.Of(context.Request);
        TranslatorProblems.DemandQuery(context.Request.Query, "scope");
        var scope = context.Request.Query["scope"].ToString();
        string[] scopes = scope.Length == 0 ? Scopes : scope.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length == 0 || !scopes.All(name => Scopes.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            throw ApiException.BadRequest("400001", $"'scope' takes one or more of {string.Join(", ", Scopes)}, with commas between; found '{scope}'.", "scope");
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(List(form, scopes, mayAll));
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.ContentLanguage = "en";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        return body;
    }

    private JsonObject List(TranslatorForm form, string[] scopes, bool mayAll)
    {
        var list = new JsonObject();
        var models = new JsonArray([ApertiumTranslator.Name, .. mayAll ? [chat.DefaultName] : Array.Empty<string>()]);
        foreach (var scope in Scopes.Where(name => scopes.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            switch (scope)
            {
                case "translation":
                    list[scope] = Languages(mayAll, language => form is TranslatorForm.List ? Named(language) : Modelled(language, mayAll));
                    break;
                case "models" when form is TranslatorForm.Inputs:
                    list[scope] = models;
                    break;
                case "transliteration" or "dictionary" when form is TranslatorForm.List || scope == "transliteration":
                    list[scope] = new JsonObject();
                    break;
            }
        }

        return list;
    }

    private JsonObject Languages(bool mayAll, Func<TranslationLanguage, JsonObject> shape)
    {
        var codes = mayAll ? TranslationLanguages.All.Select(language => language.Code) : apertium.Languages;
        return new(codes.Order(StringComparer.Ordinal).Select(code => KeyValuePair.Create<string, JsonNode?>(code, shape(TranslationLanguages.Find(code)!))));
    }

    private JsonObject Modelled(TranslationLanguage language, bool mayAll)
    {
        var named = Named(language);
        named["models"] = new JsonArray([.. apertium.Languages.Contains(language.Code) ? [ApertiumTranslator.Name] : Array.Empty<string>(), .. mayAll ? [chat.DefaultName] : Array.Empty<string>()]);
        return named;
    }

    private static JsonObject Named(TranslationLanguage language) => new() { ["name"] = language.Name, ["nativeName"] = language.NativeName, ["dir"] = language.IsRightToLeft ? "rtl" : "ltr" };
}
