namespace Atrium.Server.Gateway.Dialects;

/// <summary>The tokens of an answer, as it tells them.</summary>
/// <param name="In">Of the prompt.</param>
/// <param name="Out">Of what was written.</param>
/// <param name="Cached">Of the prompt, those that needed no reading.</param>
internal readonly record struct TokenCounts(long In, long Out, long Cached)
{
    public static TokenCounts Of(GatewayCall call) => new(call.TokensIn, call.TokensOut, call.TokensCached);
}
