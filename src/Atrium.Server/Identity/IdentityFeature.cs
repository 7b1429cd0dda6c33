using Atrium.Server.Egress;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Identity.Access;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Identity.Roles.Denials;
using Atrium.Server.Identity.SignIn;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity;

/// <summary>Who calls, and what he may do: principals, roles, tokens.</summary>
internal static class IdentityFeature
{
    public static IServiceCollection AddIdentityFeature(this IServiceCollection services) => services
        .AddSettings<IdentityOptions>(IdentityOptions.Section)
        .AddSingleton<RoleState>()
        .AddSingleton<PrincipalState>()
        .AddSingleton<ManagedIdentities>()
        .AddSingleton<ICallerNames, CallerNames>()
        .AddSingleton<IAccessControl, AccessControl>()
        .AddSingleton<Passwords>()
        .AddSingleton<SignInThrottle>()
        .AddSingleton<SignInService>()
        .AddSingleton<SignInLinks>()
        .AddSingleton<LocalTokens>()
        .AddEgressDoor(ExternalIssuer.Door)
        .AddSingleton<UserTokens>()
        .AddSingleton<ExternalTokens>()
        .AddSingleton<BearerTokens>()
        .AddSingleton<IssuerSignIns>()
        .AddSingleton<FirstPrincipals>()
        .AddTokenServer()
        .AddSingleton(AssignmentRules.Told)
        .AddSingleton<ConditionVocabulary>()
        .AddResourceType<RoleAssignmentType>()
        .AddResourceType<RoleDefinitionType>()
        .AddResourceType<DenyAssignmentType>()
        .AddResourceType<PermissionsType>()
        .AddResourceType<AccessType>()
        .AddResourceType<LockType>()
        .AddResourceType<UserType>()
        .AddResourceType<ServicePrincipalType>()
        .AddResourceType<GroupType>();

    public static void MapIdentityFeature(this IEndpointRouteBuilder routes) => routes.MapOwnPassword();

    /// <summary>Answers what is the issuer's, and proves the tokens of all other requests. Before routing.</summary>
    public static void UseIdentity(this IApplicationBuilder app)
    {
        app.UseIssuer();

        // Looked up at the request: it needs the tenant, which is read from the store after the application is built.
        app.Use((context, next) => context.RequestServices.GetRequiredService<BearerTokens>().InvokeAsync(context, next));
    }
}
