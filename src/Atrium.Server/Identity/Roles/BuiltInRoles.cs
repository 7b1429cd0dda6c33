using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Identity.Roles;

/// <summary>The built-in roles by their published ids and permissions (BuiltInRoles.json). They are there at every scope and nobody changes them.</summary>
internal static class BuiltInRoles
{
    public const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    public const string Contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
    public const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    public const string UserAccessAdministrator = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";
    public const string AzureAIAdministrator = "b78c5d69-af96-48a3-bf8d-a8b4d589de94";
    public const string AzureAIDeveloper = "64702f94-c441-49e6-a78b-ef80e0188fee";
    public const string InferenceDeploymentOperator = "3afb7f49-54cb-416e-8c09-6dc049efa503";
    public const string CognitiveServicesUser = "a97b65f3-24c7-4388-baec-2e87135dc908";
    public const string CognitiveServicesOpenAIUser = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";

    public static ImmutableArray<Role> All { get; } = Load();

    public static ResourceId IdOf(string name) => ResourceId.Tenant.Resource(Role.TypeName, name);

    private static ImmutableArray<Role> Load()
    {
        using var file = typeof(BuiltInRoles).Assembly.GetManifestResourceStream("BuiltInRoles.json")!;
        return [.. JsonNode.Parse(file)!.AsArray().Select(Read)];
    }

    private static Role Read(JsonNode? json) => new()
    {
        Name = (string)json!["name"]!,
        Id = IdOf((string)json["name"]!),
        DisplayName = (string)json["roleName"]!,
        Description = (string)json["description"]!,
        IsBuiltIn = true,
        Permissions = [RolePermission.Read(json)],
        AssignableScopes = [ResourceId.Tenant],
    };
}
