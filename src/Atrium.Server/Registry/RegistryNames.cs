using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Registry;

/// <summary>The names of registries: one registry a name over the whole installation, for images are named by it.</summary>
internal static partial class RegistryNames
{
    public const string RuleInWords = "5 to 50 letters or digits";
    private static readonly HeldNames Held = new("atrium.internal/registrynames");

    public static Regex Rule => Names();

    /// <summary>Gives a new registry its name.</summary>
    /// <exception cref="ApiException">Another registry has it.</exception>
    public static async ValueTask HoldAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (!await Held.IsFreeAsync(edit.Id.Name, edit.Id, edit.Reader.Store, cancellationToken))
        {
            throw ApiException.Conflict("AlreadyInUse", Taken(edit.Id.Name));
        }

        edit.AlsoWrite.Add(Held.Hold(edit.Id.Name, edit.Id));
    }

    public static ResourceWrite Release(ResourceId registry) => Held.Release(registry.Name);

    /// <summary><c>POST /subscriptions/{id}/providers/Microsoft.ContainerRegistry/checkNameAvailability</c> (Registries_CheckNameAvailability).</summary>
    public static async Task<IResult> CheckAsync(string subscriptionId, HttpContext context, IAccessControl access, IAtriumStore store, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, RegistryType.Versions);
        await access.DemandAsync(request.Caller, "Microsoft.ContainerRegistry/checkNameAvailability/read", ResourceId.OfSubscription(subscriptionId), cancellationToken);
        var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? [];
        var name = body["name"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw ApiException.Invalid("name", "'name' is required: a string.", ProblemCodes.Required);
        return Results.Json(
            !Rule.IsMatch(name) ? Refusal("Invalid", $"'{name}' is no name for a registry: it needs {RuleInWords}.")
            : await Held.IsFreeAsync(name, owner: null, store, cancellationToken) ? new JsonObject { ["nameAvailable"] = true }
            : Refusal("AlreadyExists", Taken(name)));
    }

    private static JsonObject Refusal(string reason, string message) => new() { ["nameAvailable"] = false, ["reason"] = reason, ["message"] = message };

    private static string Taken(string name) => $"The registry name '{name}' is already in use.";

    [GeneratedRegex("^[a-zA-Z0-9]{5,50}$")]
    private static partial Regex Names();
}
