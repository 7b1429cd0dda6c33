using System.Text;
using System.Text.Json.Nodes;
using Atrium.Inference.Language;

namespace Atrium.Server.Gateway.Language;

/// <summary>Writes a text with its personal data redacted, and what that data was. Pure.</summary>
internal static class Redactor
{
    public static JsonObject Redact(TextDocument document, TextParameters parameters)
    {
        var (text, type) = (document.Text, parameters.IndexType);
        var index = new TextIndex(text, type);
        var (redacted, at) = (new StringBuilder(text.Length), 0);
        var (entities, masks, numbers) = (new JsonArray(), new List<(JsonObject Entity, TextSpan Mask)>(), new Dictionary<(string, string), int>());
        foreach (var datum in PersonalData.Find(text))
        {
            var (span, value) = (datum.Span, text.Substring(datum.Span.Start, datum.Span.Length));
            if (!parameters.Pii.Wants(datum, value, document.Language))
            {
                continue;
            }

            var entity = new JsonObject { ["text"] = value, ["category"] = datum.Category };
            (entity["offset"], entity["length"]) = index.Of(span);
            entity["confidenceScore"] = datum.Confidence;
            entities.Add(entity);
            redacted.Append(text, at, span.Start - at);
            at = span.Start + span.Length;
            var policy = parameters.Pii.Redaction.Of(datum.Category);
            if (policy.Kind is Redaction.Category)
            {
                var mask = $"[{datum.Category.ToUpperInvariant()}_{NumberOf(datum.Category, value, numbers)}]";
                masks.Add((entity, new(redacted.Length, mask.Length)));
                entity["mask"] = mask;
                redacted.Append(mask);
            }
            else
            {
                redacted.Append(policy.Kind is Redaction.None ? value : Masked(value, type, policy));
            }
        }

        redacted.Append(text, at, text.Length - at);
        var places = new TextIndex(redacted.ToString(), type);
        foreach (var (entity, mask) in masks)
        {
            (entity["maskOffset"], entity["maskLength"]) = places.Of(mask);
        }

        return parameters.Pii.Redaction.IsNone ? new() { ["entities"] = entities } : new() { ["redactedText"] = redacted.ToString(), ["entities"] = entities };
    }

    /// <summary>As many characters as the caller counts in it, so that what comes behind keeps its place.</summary>
    private static string Masked(string value, string type, RedactionPolicy policy)
    {
        var index = new TextIndex(value, type);
        var masked = Math.Max(0, index.Count - policy.Unmasked);
        var mask = new string(policy.Character, masked);
        return policy.IsUnmaskedAtEnd ? mask + value[index.StartOf(masked)..] : value[..index.StartOf(index.Count - masked)] + mask;
    }

    /// <summary>What is the same gets the same number.</summary>
    private static int NumberOf(string category, string value, Dictionary<(string Category, string Value), int> numbers) =>
        numbers.TryGetValue((category, value), out var number) ? number : numbers[(category, value)] = numbers.Keys.Count(key => key.Category == category) + 1;
}
