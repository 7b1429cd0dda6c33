using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Policies.Rules;

/// <summary>What a policy judges: a resource as it is stored, or as it is about to be.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its published type.</param>
/// <param name="IsIndexed">Whether its type has a location and tags: what the mode <c>Indexed</c> means.</param>
/// <param name="Body">The document, without secrets.</param>
internal sealed record PolicyTarget(ResourceId Id, string Type, bool IsIndexed, JsonObject Body)
{
    public const string GroupType = $"{ResourceId.SubscriptionType}/resourceGroups";

    public static PolicyTarget Of(ResourceType type, ResourceId id, JsonObject body) => new(
        id,
        type.Name == ResourceId.ResourceGroupType ? GroupType : type.Name,
        type.Parent is ResourceParent.ResourceGroup && type.Body.Find("tags") is not null && type.Body.Find("location") is not null,
        body);
}
