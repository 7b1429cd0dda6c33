using System.Text.Json;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Gives answers of the token endpoint the form that Entra's have.</summary>
internal sealed class TokenResponseHandler(TimeProvider clock) : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        var response = context.Response;
        if (context.Error is null)
        {
            response.SetParameter("ext_expires_in", response.ExpiresIn);
            return ValueTask.CompletedTask;
        }

        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var error = context.Transaction.GetProperty<TokenError>(TokenRequestHandler.ErrorProperty) ?? TokenErrorBody.FromOther(context.Error, response.ErrorDescription);
        foreach (var (name, value) in TokenErrorBody.Write(error, http.TraceIdentifier, CorrelationId.Of(http), clock.GetUtcNow()))
        {
            response.SetParameter(name, new OpenIddictParameter(value.Deserialize<JsonElement>()));
        }

        response.ErrorUri = null;
        http.Response.StatusCode = TokenErrorBody.StatusOf(error);
        if (error.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = TokenClaims.Text(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
        }

        return ValueTask.CompletedTask;
    }
}
