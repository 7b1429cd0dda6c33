using System.Text.Json;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.Language;

/// <summary>What stands in the place of personal data.</summary>
internal enum Redaction
{
    /// <summary>A character for each of its own.</summary>
    Character,

    /// <summary>The name of its category with a number.</summary>
    Category,

    /// <summary>Itself.</summary>
    None,
}

/// <summary>One of the policies of a request.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Categories">Those that it is for; null for all.</param>
/// <param name="IsDefault">Whether it is for those that no other one is for.</param>
internal sealed record RedactionPolicy(Redaction Kind, IReadOnlySet<string>? Categories, bool IsDefault)
{
    public char Character { get; init; } = '*';

    /// <summary>How many characters stay.</summary>
    public int Unmasked { get; init; }

    /// <summary>Whether those are the last ones.</summary>
    public bool IsUnmaskedAtEnd { get; init; } = true;
}

/// <summary>The policies of a request: <c>redactionPolicies</c>, or <c>redactionPolicy</c> as earlier previews had it. Pure.</summary>
internal sealed record RedactionPolicies(IReadOnlyList<RedactionPolicy> Policies)
{
    private const string Characters = "!#$%&*+-=?@^_~";
    private const string Synthetic = "syntheticReplacement";
    private const string Kinds = "characterMask, entityMask, noMask";
    private static readonly RedactionPolicy Stars = new(Redaction.Character, null, true);

    public static readonly RedactionPolicies Usual = new([]);

    /// <summary>Whether nothing is ever redacted, so that there is no redacted text either, as published.</summary>
    public bool IsNone => Policies.Count > 0 && Policies.All(policy => policy.Kind is Redaction.None) && Policies.Any(policy => policy.Categories is null);

    public RedactionPolicy Of(string category) =>
        Policies.FirstOrDefault(policy => policy.Categories?.Contains(category) is true) ?? Policies.FirstOrDefault(policy => policy.IsDefault) ?? Policies.FirstOrDefault(policy => policy.Categories is null) ?? Stars;

    /// <exception cref="Hosting.ApiException">501: a policy that is published and not built.</exception>
    public static RedactionPolicies Read(JsonElement parameters, string place, List<Problem> problems)
    {
        var policies = new List<RedactionPolicy>();
        if (parameters.TryGetProperty("redactionPolicy", out var one) && one.ValueKind is not JsonValueKind.Null)
        {
            policies.Add(ReadOne(one, "redactionPolicy", place, problems));
        }

        if (parameters.TryGetProperty("redactionPolicies", out var list) && list.ValueKind is not JsonValueKind.Null)
        {
            if (list.ValueKind is not JsonValueKind.Array || policies.Count > 0)
            {
                problems.Add(new("redactionPolicies", "'redactionPolicies' must be a list of policies, with no 'redactionPolicy' beside it."));
                return Usual;
            }

            policies.AddRange(list.EnumerateArray().Select((item, at) => ReadOne(item, $"redactionPolicies[{at}]", place, problems)));
        }

        if (policies.Count(policy => policy.IsDefault) > 1)
        {
            problems.Add(new("redactionPolicies", "Only one of 'redactionPolicies' may have 'isDefaultPolicy'."));
        }

        return new(policies);
    }

    private static RedactionPolicy ReadOne(JsonElement item, string name, string place, List<Problem> problems)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new(name, $"'{name}' must be an object with a 'policyKind': {Kinds}."));
            return Stars;
        }

        var found = new List<Problem>();
        Redaction? kind = item.Text("policyKind", found) switch
        {
            null or "characterMask" or "MaskWithCharacter" => Redaction.Character,
            "entityMask" or "MaskWithEntityType" => Redaction.Category,
            "noMask" or "DoNotRedact" => Redaction.None,
            Synthetic => throw PiiOptions.Lacking($"makes up values in the place of personal data ('{place}{name}.policyKind': {Synthetic})"),
            _ => null,
        };
        if (kind is null)
        {
            found.Add(new("policyKind", $"'policyKind' must be one of {Kinds}."));
        }

        string[] own = kind is Redaction.Character ? ["redactionCharacter", "unmaskLength", "unmaskFromEnd"] : [];
        UnknownMembers.Refuse(item, "", ["policyKind", "entityTypes", "policyName", "isDefaultPolicy", .. own], found);
        item.Text("policyName", found);
        var character = item.Text("redactionCharacter", found) ?? "*";
        if (character.Length != 1 || !Characters.Contains(character, StringComparison.Ordinal))
        {
            found.Add(new("redactionCharacter", $"'redactionCharacter' must be one of {Characters}; found '{character}'."));
        }

        var policy = new RedactionPolicy(kind ?? Redaction.Character, PiiOptions.ReadNames(item, "entityTypes", [], found), item.Flag("isDefaultPolicy", found) ?? false)
        {
            Character = character is [var first, ..] ? first : '*',
            Unmasked = item.Whole("unmaskLength", 0, int.MaxValue, found) ?? 0,
            IsUnmaskedAtEnd = item.Flag("unmaskFromEnd", found) ?? true,
        };
        problems.AddRange(found.Select(p => p with { Target = $"{name}.{p.Target}", Message = $"{name}: {p.Message}" }));
        return policy;
    }
}
