using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace Atrium.Server.Identity.Tokens;

/// <summary>OpenIddict, without a database of its own ("degraded mode"): the principals are ours, and these handlers ask them.</summary>
internal static class TokenServer
{
    public static readonly TimeSpan AccessTokenLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan RefreshTokenLife = TimeSpan.FromDays(14);

    public static IServiceCollection AddTokenServer(this IServiceCollection services)
    {
        services.AddAuthentication();
        services.KeepDataProtectionInMemory();
        services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode()
                .SetTokenEndpointUris(IssuerPaths.Token[1..])
                .SetConfigurationEndpointUris(IssuerPaths.Configuration[1..])
                .SetJsonWebKeySetEndpointUris(IssuerPaths.Keys[1..])
                .AllowClientCredentialsFlow()
                .AllowPasswordFlow()
                .AllowRefreshTokenFlow()
                .AcceptAnonymousClients()
                .DisableScopeValidation()
                .DisableAccessTokenEncryption()
                .SetAccessTokenLifetime(AccessTokenLife)
                .SetIdentityTokenLifetime(AccessTokenLife)
                .SetRefreshTokenLifetime(RefreshTokenLife);
            server.UseAspNetCore();

            // A refresh token is good for each of our resources, not only for the one that was asked for first.
            server.RemoveEventHandler(Exchange.ValidateGrantedScopes.Descriptor);
            server.AddEventHandler<ValidateTokenRequestContext>(h => h.UseSingletonHandler<TokenRequestHandler>());
            server.AddEventHandler<HandleTokenRequestContext>(h => h.UseSingletonHandler<TokenGrantHandler>());
            server.AddEventHandler<HandleConfigurationRequestContext>(h => h
                .UseSingletonHandler<IssuerHandler>().SetOrder(Discovery.AttachAdditionalMetadata.Descriptor.Order + 1));
            server.AddEventHandler<HandleJsonWebKeySetRequestContext>(h => h
                .UseSingletonHandler<IssuerHandler>().SetOrder(Discovery.AttachSigningKeys.Descriptor.Order + 1));
            server.AddEventHandler<GenerateTokenContext>(h => h
                .UseSingletonHandler<IssuerHandler>().SetOrder(Protection.GenerateIdentityModelToken.Descriptor.Order - 1));
            server.AddEventHandler<ApplyTokenResponseContext>(h => h
                .UseSingletonHandler<TokenResponseHandler>()
                .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachHttpResponseCode<ApplyTokenResponseContext>.Descriptor.Order + 1));
        });
        return services
            .AddSingleton<SigningKeys>()
            .AddHostedService<KeyRotation>()
            .AddSingleton<IConfigureOptions<OpenIddictServerOptions>, TokenServerKeys>();
    }

    /// <summary>What OpenIddict signs and encrypts for itself (refresh tokens): the keys that never change. <see cref="IssuerHandler"/> signs the rest.</summary>
    private sealed class TokenServerKeys(SigningKeys keys, TimeProvider clock) : IConfigureOptions<OpenIddictServerOptions>
    {
        public void Configure(OpenIddictServerOptions options)
        {
            options.TimeProvider = clock;
            options.SigningCredentials.Add(keys.First.Credentials);
            options.EncryptionCredentials.Add(new(
                new SymmetricSecurityKey(keys.RefreshKey), SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
        }
    }
}
