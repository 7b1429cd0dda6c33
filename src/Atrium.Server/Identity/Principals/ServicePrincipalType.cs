using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Principals;

/// <summary>
/// <c>/providers/Atrium.Identity/servicePrincipals/{name}</c>: a program that signs in with <c>appId</c> and a client secret. Secrets are made by
/// <c>addPassword</c>, which shows the text once, and taken away by <c>removePassword</c>.
/// </summary>
internal sealed class ServicePrincipalType(TimeProvider clock) : PrincipalType
{
    public override string Name => Principal.ServicePrincipalType;

    public override ObjectShape Body { get; } = BodyWith(new Property("appId", Shape.Any()).ReadOnly(), new Property("passwordCredentials", Shape.Any()).ReadOnly());

    public override IReadOnlyList<ResourceAction> Actions =>
    [
        new("POST", "addPassword", ManagePermission, AddPasswordAsync) { Changes = true },
        new("POST", "removePassword", ManagePermission, RemovePasswordAsync) { Changes = true },
    ];

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(edit, cancellationToken);
        edit.Properties["appId"] ??= Guid.NewGuid().ToString();
    }

    public override ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var secrets = ClientSecret.ReadAll(resource.Internal).Select(s => (JsonNode)s.ToView());
        ((JsonObject)view["properties"]!)["passwordCredentials"] = new JsonArray([.. secrets]);
        return ValueTask.CompletedTask;
    }

    private Task<ActionResult> AddPasswordAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (displayName, end) = ClientSecretRules.Read(call.Body, now);
        var kept = ClientSecret.ReadAll(call.Resource.Internal).Where(s => s.End > now).ToList();
        if (kept.Count >= ClientSecret.MostPerPrincipal)
        {
            throw ApiException.Conflict("TooManyCredentials", $"A service principal has at most {ClientSecret.MostPerPrincipal} secrets that are good. Remove one first.");
        }

        var (secret, text) = ClientSecret.Make(displayName, now, end);
        var answer = secret.ToView();
        answer["secretText"] = text;
        return Task.FromResult(ActionResult.Ok(answer) with { Commit = Save(call.Resource, [.. kept, secret]) });
    }

    private Task<ActionResult> RemovePasswordAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var keyId = (call.Body?["keyId"] as JsonValue)?.TryGetValue<string>(out var text) == true ? text
            : throw ApiException.Invalid("keyId", "'keyId' is required: the id of the secret to remove.", ProblemCodes.Required);
        var secrets = ClientSecret.ReadAll(call.Resource.Internal);
        var kept = secrets.Where(s => !s.KeyId.Equals(keyId, StringComparison.OrdinalIgnoreCase)).ToList();
        return kept.Count < secrets.Length
            ? Task.FromResult(new ActionResult(StatusCodes.Status204NoContent, null) { Commit = Save(call.Resource, kept) })
            : throw ApiException.NotFound("PasswordCredentialNotFound", $"There is no secret with the key id '{keyId}'.");
    }

    private static Commit Save(Resource resource, IEnumerable<ClientSecret> secrets)
    {
        var document = resource.Body.DeepClone().AsObject();
        ClientSecret.WriteAll(InternalOf(document), secrets);
        return new() { Resources = [ResourceWriter.Replace(resource.Stored, resource.Stored with { Body = document.ToJsonString() })] };
    }
}
