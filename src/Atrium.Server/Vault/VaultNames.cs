using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault;

/// <summary>The names of vaults: one vault a name over the whole installation, for its address is made of it. A soft-deleted vault keeps its name.</summary>
internal static partial class VaultNames
{
    public const string RuleInWords = "3 to 24 letters, digits or hyphens, a letter at the beginning and no hyphen at the end";
    private static readonly HeldNames Held = new("atrium.internal/vaultnames");

    public static Regex Rule => Names();

    /// <summary>Gives a new vault its name.</summary>
    /// <exception cref="ApiException">Another vault has it.</exception>
    public static async ValueTask HoldAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (!await Held.IsFreeAsync(edit.Id.Name, edit.Id, edit.Reader.Store, cancellationToken))
        {
            throw ApiException.Conflict("VaultAlreadyExists", Taken(edit.Id.Name));
        }

        edit.AlsoWrite.Add(Held.Hold(edit.Id.Name, edit.Id));
    }

    /// <summary>Key of the vault of that name; null for none.</summary>
    public static ValueTask<string?> FindOwnerAsync(string name, IAtriumStore store, CancellationToken cancellationToken) =>
        Rule.IsMatch(name) ? Held.FindOwnerAsync(name, store, cancellationToken) : new((string?)null);

    public static ResourceWrite Release(ResourceId vault) => Held.Release(vault.Name);

    /// <summary><c>POST /subscriptions/{id}/providers/Microsoft.KeyVault/checkNameAvailability</c> (Vaults_CheckNameAvailability).</summary>
    public static async Task<IResult> CheckAsync(string subscriptionId, HttpContext context, IAccessControl access, IAtriumStore store, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, VaultType.Versions);
        await access.DemandAsync(request.Caller, "Microsoft.KeyVault/checkNameAvailability/read", ResourceId.OfSubscription(subscriptionId), cancellationToken);
        var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? [];
        var problems = new List<Problem>();
        var name = Read(body, "name", problems);
        if (Read(body, "type", problems) is { } type && !type.Equals(VaultType.TypeName, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new("type", $"'type' must be {VaultType.TypeName}."));
        }

        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        return Results.Json(
            !Rule.IsMatch(name!) ? Refusal("AccountNameInvalid", $"'{name}' is no name for a vault: it needs {RuleInWords}.")
            : await Held.IsFreeAsync(name!, owner: null, store, cancellationToken) ? new JsonObject { ["nameAvailable"] = true }
            : Refusal("AlreadyExists", Taken(name!)));
    }

    private static string? Read(JsonObject body, string name, List<Problem> problems)
    {
        if (body[name] is JsonValue value && value.TryGetValue<string>(out var text))
        {
            return text;
        }

        problems.Add(new(name, $"'{name}' is required: a string.", ProblemCodes.Required));
        return null;
    }

    private static JsonObject Refusal(string reason, string message) => new() { ["nameAvailable"] = false, ["reason"] = reason, ["message"] = message };

    private static string Taken(string name) => $"The vault name '{name}' is already in use. A deleted vault keeps its name until it is purged.";

    [GeneratedRegex("^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$")]
    private static partial Regex Names();
}
