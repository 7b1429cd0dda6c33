using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.SignIn;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Principals;

/// <summary>
/// <c>/providers/Atrium.Identity/users/{name}</c>: a person who signs in with name and password. The password is kept as a hash only.
/// <c>createSignInLink</c> makes a code that signs the user in to the portal once.
/// </summary>
internal sealed class UserType(Passwords passwords, SignInLinks links) : PrincipalType
{
    /// <summary>Name of the stored secret that holds the hash.</summary>
    public const string HashName = "passwordHash";

    private const string PasswordPath = "properties.password";

    public override string Name => Principal.UserType;

    public override ObjectShape Body { get; } = BodyWith(
        new Property("mail", Shape.Text(256)),
        new Property("password", Shape.Text(Passwords.MaxLength)).Secret());

    public override IReadOnlyList<ResourceAction> Actions => [new("POST", "createSignInLink", ManagePermission, CreateLinkAsync)];

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(edit, cancellationToken);
        if (edit.Secrets.Remove(PasswordPath, out var json))
        {
            var password = JsonSerializer.Deserialize<string>(json!)!;
            edit.Problems.AddRange(Passwords.Check(password, edit.Id.Name, PasswordPath));
            if (edit.Problems.Count == 0)
            {
                edit.Secrets[HashName] = passwords.Hash(password);
                var inner = InternalOf(edit.After);
                inner["passwordVersion"] = ((int?)inner["passwordVersion"] ?? 0) + 1;
            }
        }
        else if (edit.IsCreate)
        {
            edit.Problems.Add(new(PasswordPath, $"'{PasswordPath}' is required for a new user.", ProblemCodes.Required));
        }
    }

    private async Task<ActionResult> CreateLinkAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var user = Principal.Read(call.Resource);
        if (!user.IsEnabled)
        {
            throw ApiException.Conflict("UserDisabled", $"'{call.Id.Name}' is disabled and may not sign in.", "properties.enabled");
        }

        var (code, end) = await links.MakeAsync(user, cancellationToken);
        return ActionResult.Ok(new JsonObject { ["code"] = code, ["expiresOn"] = end.UtcDateTime, ["url"] = $"{call.BaseUri}{SignInLinks.Path}?code={code}" });
    }
}
