using System.Net;
using Atrium.Portal.Texts;
using Microsoft.AspNetCore.Http;

namespace Atrium.Portal.SignIn;

/// <summary>
/// Leads a browser that has signed out here to the outside issuer, to sign out there. A page, and no redirect: the form was sent under a policy (<c>form-action</c>)
/// that lets its answer lead nowhere else.
/// </summary>
internal static class LeavePage
{
    public static IResult To(Uri issuer) => new Page(issuer);

    private sealed class Page(Uri issuer) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            var (words, address) = (new Words(), WebUtility.HtmlEncode(issuer.AbsoluteUri));
            words.Speak(Language.OfHeader(context.Request.Headers.AcceptLanguage));
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(
                $"""
                <!DOCTYPE html>
                <html lang="{words.Language.Code}">
                <head><meta charset="utf-8" /><meta http-equiv="refresh" content="0; url={address}" /><title>Atrium</title></head>
                <body><p><a href="{address}">{WebUtility.HtmlEncode(words["sign-out.elsewhere"])}</a></p></body>
                </html>
                """,
                context.RequestAborted);
        }
    }
}
