using Atrium.Contracts;
using Atrium.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Support;

/// <summary>Lets everybody in as one caller who may do everything: for tests that are not about identity.</summary>
internal static class OpenHouse
{
    public static Caller Caller { get; } = new("11111111-2222-3333-4444-555555555555", "tester", "User", ["11111111-2222-3333-4444-555555555555"]);

    public static void Configure(WebApplicationBuilder builder) => builder.Services
        .AddSingleton<IAccessControl, AllowAll>()
        .AddSingleton<IStartupFilter, SignInAll>();

    private sealed class AllowAll : IAccessControl
    {
        public ValueTask<bool> IsAllowedAsync(Caller caller, string action, ResourceId scope, AccessAttributes attributes, CancellationToken cancellationToken) => new(true);

        public ValueTask<bool> IsDataAllowedAsync(Caller caller, string dataAction, ResourceId scope, AccessAttributes attributes, CancellationToken cancellationToken) => new(true);

        public ValueTask<bool> IsDataDeniedAsync(Caller caller, string dataAction, ResourceId scope, CancellationToken cancellationToken) => new(false);

        public ValueTask<AllowedScopes> ScopesAllowingAsync(Caller caller, string action, ResourceId below, CancellationToken cancellationToken) => new(new AllowedScopes([below]));
    }

    private sealed class SignInAll : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Features.Set(Caller);
                return rest(context);
            });
            next(app);
        };
    }
}
