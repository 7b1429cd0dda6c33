using Atrium.Portal.Api;
using Atrium.Portal.Frame;
using Atrium.Portal.SignIn;
using Atrium.Portal.Texts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FluentUI.AspNetCore.Components;

namespace Atrium.Portal.Hosting;

/// <summary>Registers and maps the pages. The host registers <see cref="IPortalHost"/>.</summary>
public static class PortalSetup
{
    /// <summary>How long the server keeps the page of somebody whose connection broke.</summary>
    private static readonly TimeSpan KeepsDisconnected = TimeSpan.FromMinutes(5);

    /// <summary>The most such pages.</summary>
    private const int MostDisconnected = 200;

    /// <summary>What a browser may send at once over the circuit; files go by HTTP.</summary>
    private const int MostMessageBytes = 1024 * 1024;

    /// <summary>Registers what the pages use.</summary>
    public static IServiceCollection AddPortal(this IServiceCollection services)
    {
        services.AddRazorComponents()
            .AddInteractiveServerComponents(circuit =>
            {
                circuit.DisconnectedCircuitRetentionPeriod = KeepsDisconnected;
                circuit.DisconnectedCircuitMaxRetained = MostDisconnected;
            })
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = MostMessageBytes);
        services.AddCascadingAuthenticationState();
        services.AddFluentUIComponents();
        return services
            .AddScoped<Words>()
            .AddScoped<HubApi>()
            .AddScoped<ModelCalls>()
            .AddScoped<Browser>()
            .AddScoped<UserSettings>()
            .AddScoped<Workspaces>()
            .AddScoped<Names>()
            .AddScoped<Operations>()
            .AddSingleton<OperationBoard>();
    }

    /// <summary>Maps the pages and what they are made of.</summary>
    /// <param name="routes">Where.</param>
    /// <param name="assets">The list of static files that the build has made.</param>
    public static void MapPortal(this IEndpointRouteBuilder routes, string assets)
    {
        routes.MapStaticAssets(assets);

        // The host's headers say who may frame the pages: nobody.
        routes.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null);
        routes.MapPost(PortalLinks.SignOut, SignOutAsync);
        routes.MapGet(PortalLinks.SignInAt, SignInAtAsync);
        routes.MapGet(PortalLinks.SignInReturn, SignInReturnAsync);
    }

    private static async Task<IResult> SignInAtAsync(HttpContext context, IPortalHost host, int issuer, string? next) =>
        Results.Redirect((await host.BeginAtIssuerAsync(context, issuer, next))?.AbsoluteUri ?? IssuerSignIn.PageOf(new(PortalSignIn.IssuerAway) { Issuer = issuer, Next = next }));

    private static async Task<IResult> SignInReturnAsync(HttpContext context, IPortalHost host)
    {
        var ended = await host.EndAtIssuerAsync(context);
        return Results.Redirect(ended.Outcome is PortalSignIn.Done ? NextPage.Of(ended.Next) : IssuerSignIn.PageOf(ended));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery forms, IPortalHost host)
    {
        var elsewhere = await forms.IsRequestValidAsync(context) || context.User.Identity?.IsAuthenticated != true ? await host.SignOutAsync(context) : null;
        return elsewhere is null ? Results.Redirect(PortalLinks.SignIn) : LeavePage.To(elsewhere);
    }
}
