using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Registry;

/// <summary>The two passwords of a registry's admin user (its name is the registry's), for what can sign in in no other way.</summary>
internal static class RegistryCredentials
{
    private const int Characters = 52;

    public static readonly string[] Names = ["password", "password2"];

    public static string SecretName(string name) => $"credentials.{name}";

    public static string New() => RandomNumberGenerator.GetHexString(Characters, lowercase: true);

    public static async Task<ActionResult> ListAsync(ActionContext call, ISecretCipher cipher, CancellationToken cancellationToken)
    {
        DemandAdminUser(call);
        return ActionResult.Ok(await ViewAsync(call, cipher, cancellationToken));
    }

    public static async Task<ActionResult> RegenerateAsync(ActionContext call, ISecretCipher cipher, CancellationToken cancellationToken)
    {
        DemandAdminUser(call);
        var wish = call.Body?["name"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var name = Names.FirstOrDefault(n => n.Equals(wish, StringComparison.OrdinalIgnoreCase)) ?? throw ApiException.Invalid("name", "'name' must be password or password2.");
        var password = New();
        var view = await ViewAsync(call, cipher, cancellationToken);
        view["passwords"]!.AsArray().First(p => (string?)p!["name"] == name)!["value"] = password;
        return ActionResult.Ok(view) with { Commit = new() { Secrets = [new SecretWrite(call.Id.Key, SecretName(name), cipher.Encrypt(call.Id.Key, SecretName(name), password))] } };
    }

    private static void DemandAdminUser(ActionContext call)
    {
        if (call.Resource.Properties["adminUserEnabled"] is not JsonValue flag || !flag.GetValue<bool>())
        {
            throw ApiException.BadRequest("UnAuthorizedForCredentialOperations", "The admin user is not enabled (properties.adminUserEnabled). Sign in as a service principal or user with AcrPull or AcrPush.");
        }
    }

    private static async Task<JsonObject> ViewAsync(ActionContext call, ISecretCipher cipher, CancellationToken cancellationToken)
    {
        var passwords = new JsonArray();
        foreach (var name in Names)
        {
            var kept = await call.Reader.Store.FindSecretAsync(call.Id.Key, SecretName(name), cancellationToken);
            passwords.Add(new JsonObject { ["name"] = name, ["value"] = kept is null ? null : cipher.Decrypt(call.Id.Key, SecretName(name), kept) });
        }

        return new() { ["username"] = call.Id.Name, ["passwords"] = passwords };
    }
}
