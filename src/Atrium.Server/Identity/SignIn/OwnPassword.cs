using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.SignIn;

/// <summary>
/// <c>POST /providers/Atrium.Identity/me/changePassword</c> with <c>currentPassword</c> and <c>newPassword</c>: a user of this directory changes his own, which takes no
/// right but to know the one he has. Wrong tries are slowed down as at a sign-in. All of his sessions and refresh tokens end.
/// </summary>
internal static class OwnPassword
{
    private const string Operation = "Atrium.Identity/users/changePassword/action";

    private static readonly ImmutableArray<string> Versions = AuthorizationVersions.Directory;

    private static readonly ObjectShape Body = Shape.Object(
        new Property("currentPassword", Shape.Text(Passwords.MaxLength)).Required(),
        new Property("newPassword", Shape.Text(Passwords.MaxLength)).Required());

    public static void MapOwnPassword(this IEndpointRouteBuilder routes) => routes.MapPost("/providers/Atrium.Identity/me/changePassword", ChangeAsync).WithTags("Identity");

    private static async Task<IResult> ChangeAsync(
        HttpContext context, PrincipalState principals, SignInService signIn, ResourceCatalog catalog, ResourceWriter writer, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, Versions);
        var sent = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
        var problems = new List<Problem>();
        var body = EditRules.ReadPut(Body, sent, problems);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        if ((await principals.ReadAsync(cancellationToken)).Find(request.Caller.ObjectId) is not { IsUser: true } user)
        {
            throw ApiException.Conflict("NoPassword", "Only a user of this installation's own directory has a password here. Others change theirs where they sign in.");
        }

        var (_, error) = await signIn.UserAsync(user.Id.Name, (string)body["currentPassword"]!, context.Connection.RemoteIpAddress?.ToString() ?? "", cancellationToken);
        if (error is not null)
        {
            throw error.RetryAfter is { } wait ? ApiException.TooManyRequests(error.Message, wait)
                : ApiException.Invalid("currentPassword", "'currentPassword' is not the password you have. Whoever has none yet is given one by an administrator.");
        }

        problems.AddRange(Passwords.Check((string)body["newPassword"]!, user.Id.Name, "newPassword"));
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        var change = new JsonObject { ["properties"] = new JsonObject { ["password"] = (string)body["newPassword"]! } };
        await writer.WriteAsync(catalog.Find(Principal.UserType)!, user.Id, change, isPatch: true, request with { IfMatch = null, IfNoneMatch = null, AuthorizedAs = Operation }, cancellationToken);
        return Results.NoContent();
    }
}
