using System.Text.Json.Nodes;

namespace Atrium.Server.Resources;

/// <summary>JSON merge patch (RFC 7396).</summary>
internal static class JsonMergePatch
{
    /// <summary>A new value: the target with the patch laid over it. A null in the patch removes; an object merges; anything else replaces.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = target is JsonObject before ? before.DeepClone().AsObject() : [];
        foreach (var (name, change) in changes)
        {
            if (change is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = Apply(result[name], change);
            }
        }

        return result;
    }
}
