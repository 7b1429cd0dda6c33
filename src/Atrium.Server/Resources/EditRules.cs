using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Resources;

/// <summary>How a request's body becomes a document. Pure.</summary>
internal static class EditRules
{
    public static JsonObject ReadPut(ObjectShape shape, JsonObject body, ICollection<Problem> problems) => shape.Read(body, "", problems) as JsonObject ?? [];

    /// <summary>A merge patch: nothing is required, and what is not patchable is refused by name. Nulls stay, for they remove.</summary>
    public static JsonObject ReadPatch(ObjectShape shape, JsonObject body, ICollection<Problem> problems)
    {
        var found = new List<Problem>();
        var sent = shape.Read(body, "", found) as JsonObject ?? [];
        foreach (var problem in found.Where(p => p.Code != ProblemCodes.Required))
        {
            problems.Add(problem);
        }

        RefuseUnpatchable(shape, sent, "", problems);
        return sent;
    }

    /// <summary>An immutable value may be left out or repeated; another one is refused by name.</summary>
    public static void CheckImmutable(ObjectShape shape, JsonObject before, JsonObject sent, string path, ICollection<Problem> problems)
    {
        foreach (var property in shape.Properties.Where(p => sent[p.Name] is not null))
        {
            var at = ObjectShape.At(path, property.Name);
            if (property.IsImmutable && !problems.Any(p => p.Target == at) && !Same(before[property.Name], sent[property.Name]))
            {
                problems.Add(new(at, $"'{at}' was set when the resource was made and cannot be changed.", ProblemCodes.Immutable));
            }
            else if (property.Shape is ObjectShape inner && before[property.Name] is JsonObject old && sent[property.Name] is JsonObject next)
            {
                CheckImmutable(inner, old, next, at, problems);
            }
        }
    }

    /// <summary>
    /// The document to write. PATCH merges and PUT replaces; both keep what no request sets (read-only values) and what was fixed at creation and is left out,
    /// also where the object around it is left out or null.
    /// </summary>
    public static JsonObject Compose(ObjectShape shape, JsonObject? before, JsonObject sent, bool isPatch)
    {
        if (before is null)
        {
            return WithoutNulls(sent.DeepClone().AsObject());
        }

        return WithoutNulls(Keep(shape, before, isPatch ? JsonMergePatch.Apply(before, sent)!.AsObject() : sent.DeepClone().AsObject()));
    }

    /// <summary>Takes secret values out of the document. A secret that the request leaves out stays as it is stored.</summary>
    public static void TakeSecrets(ObjectShape shape, JsonObject document, string path, Dictionary<string, string?> secrets)
    {
        foreach (var property in shape.Properties)
        {
            var at = ObjectShape.At(path, property.Name);
            if (property.IsSecret && document.ContainsKey(property.Name))
            {
                if (document[property.Name] is { } value)
                {
                    secrets[at] = value.ToJsonString();
                }

                document.Remove(property.Name);
            }
            else if (property.Shape is ObjectShape inner && document[property.Name] is JsonObject nested)
            {
                TakeSecrets(inner, nested, at, secrets);
            }
            else if (property.Shape is VariantShape variant && document[property.Name] is JsonObject chosen)
            {
                TakeSecrets(variant.Select(chosen), chosen, at, secrets);
            }
        }
    }

    /// <summary>The <c>systemData</c> of common-types.</summary>
    public static JsonObject Stamp(JsonNode? before, Caller caller, DateTimeOffset now)
    {
        var stamp = before is JsonObject old ? old.DeepClone().AsObject() : new JsonObject
        {
            ["createdAt"] = now.UtcDateTime,
            ["createdBy"] = caller.Name,
            ["createdByType"] = caller.Kind,
        };
        stamp["lastModifiedAt"] = now.UtcDateTime;
        stamp["lastModifiedBy"] = caller.Name;
        stamp["lastModifiedByType"] = caller.Kind;
        return stamp;
    }

    /// <summary>Equal values; texts without case, for ids and enumerations differ in case between clients.</summary>
    public static bool Same(JsonNode? left, JsonNode? right) =>
        left is JsonValue a && right is JsonValue b && a.TryGetValue<string>(out var x) && b.TryGetValue<string>(out var y)
            ? x.Equals(y, StringComparison.OrdinalIgnoreCase)
            : JsonNode.DeepEquals(left, right);

    private static void RefuseUnpatchable(ObjectShape shape, JsonObject sent, string path, ICollection<Problem> problems)
    {
        foreach (var property in shape.Properties.Where(p => sent.ContainsKey(p.Name)))
        {
            var at = ObjectShape.At(path, property.Name);
            if (property.IsNotPatchable)
            {
                problems.Add(new(at, $"PATCH does not take '{at}'.", property.IsImmutable ? ProblemCodes.Immutable : ProblemCodes.NotPatchable));
            }
            else if (property.Shape is ObjectShape inner && sent[property.Name] is JsonObject nested)
            {
                RefuseUnpatchable(inner, nested, at, problems);
            }
        }
    }

    private static JsonObject Keep(ObjectShape shape, JsonObject before, JsonObject after)
    {
        foreach (var property in shape.Properties.Where(p => before[p.Name] is not null))
        {
            if (property.IsReadOnly || (property.IsImmutable && after[property.Name] is null))
            {
                after[property.Name] = before[property.Name]!.DeepClone();
            }
            else if (property.Shape is ObjectShape inner && before[property.Name] is JsonObject old && after[property.Name] is null or JsonObject)
            {
                var kept = Keep(inner, old, after[property.Name]?.DeepClone().AsObject() ?? []);
                if (kept.Count > 0 || after[property.Name] is not null)
                {
                    after[property.Name] = kept;
                }
            }
        }

        return after;
    }

    private static JsonObject WithoutNulls(JsonObject document)
    {
        foreach (var (name, value) in document.ToArray())
        {
            if (value is null)
            {
                document.Remove(name);
            }
            else if (value is JsonObject nested)
            {
                WithoutNulls(nested);
            }
        }

        return document;
    }
}
