using Atrium.Server.Identity.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Atrium.Server.Tests.Identity;

/// <summary>An OpenID Connect issuer of somebody else, on loopback.</summary>
internal sealed class FakeIssuer : IAsyncDisposable
{
    public const string Audience = "api://atrium";
    private readonly WebApplication app;
    private int discoveries;

    private FakeIssuer(WebApplication app) => this.app = app;

    public string Address { get; private set; } = "";

    public int Discoveries => discoveries;

    /// <summary>What signs now; the key set has this one only.</summary>
    public SigningKey Key { get; private set; } = NewKey();

    public static async Task<FakeIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var issuer = new FakeIssuer(builder.Build());
        issuer.app.MapGet("/.well-known/openid-configuration", () =>
        {
            Interlocked.Increment(ref issuer.discoveries);
            return Results.Json(new { issuer = issuer.Address, jwks_uri = $"{issuer.Address}/keys" });
        });
        issuer.app.MapGet("/keys", () =>
        {
            var key = issuer.Key.Public;
            return Results.Json(new { keys = new[] { new { kty = key.Kty, use = key.Use, kid = key.Kid, n = key.N, e = key.E } } });
        });
        await issuer.app.StartAsync();
        issuer.Address = issuer.app.Urls.Single();
        return issuer;
    }

    public void Rotate() => Key = NewKey();

    public string Sign(Dictionary<string, object> claims, string audience = Audience, string? from = null, SigningKey? key = null) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = from ?? Address,
        Audience = audience,
        Claims = claims,
        Expires = TimeProvider.System.GetUtcNow().AddMinutes(10).UtcDateTime,
        SigningCredentials = (key ?? Key).Credentials,
    });

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static SigningKey NewKey() => SigningKey.Read(1, SigningKey.MakeText(TimeProvider.System.GetUtcNow()));
}
