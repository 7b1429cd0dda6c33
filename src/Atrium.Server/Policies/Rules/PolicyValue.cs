using System.Text;
using System.Text.Json.Nodes;

namespace Atrium.Server.Policies.Rules;

/// <summary>A value of a policy rule: as it stands, or an expression in brackets over the parameters.</summary>
internal abstract record PolicyValue
{
    /// <param name="parameters">Values by name, without case; defaults are among them.</param>
    public abstract JsonNode? Resolve(IReadOnlyDictionary<string, JsonNode?> parameters);

    /// <summary>The parameters that it names.</summary>
    public virtual IEnumerable<string> Names => [];

    internal sealed record Literal(JsonNode? Node) : PolicyValue
    {
        public override JsonNode? Resolve(IReadOnlyDictionary<string, JsonNode?> parameters) => Node;
    }

    internal sealed record Parameter(string Name) : PolicyValue
    {
        public override IEnumerable<string> Names => [Name];

        public override JsonNode? Resolve(IReadOnlyDictionary<string, JsonNode?> parameters) => parameters.GetValueOrDefault(Name);
    }

    internal sealed record Concat(IReadOnlyList<PolicyValue> Parts) : PolicyValue
    {
        public override IEnumerable<string> Names => Parts.SelectMany(p => p.Names);

        public override JsonNode? Resolve(IReadOnlyDictionary<string, JsonNode?> parameters) => string.Concat(Parts.Select(p => p.Resolve(parameters)?.ToString()));
    }

    /// <summary>Reads a JSON value. A text in brackets is an expression; one that begins with two brackets is a text that begins with one.</summary>
    /// <exception cref="PolicyRuleException">The expression cannot be evaluated here.</exception>
    public static PolicyValue Read(JsonNode? node)
    {
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text) || text is not ['[', .., ']'])
        {
            return new Literal(node?.DeepClone());
        }

        return text[1] == '[' ? new Literal(text[1..]) : new Expression(text[1..^1]).Read();
    }

    /// <summary><c>parameters('name')</c>, <c>concat(...)</c> and texts in quotes.</summary>
    private sealed class Expression(string text)
    {
        private const int MostDepth = 10;
        private int at;

        public PolicyValue Read()
        {
            var value = One(0);
            Skip();
            return at == text.Length ? value : throw Bad($"'{text[at..]}' is not expected");
        }

        private PolicyValue One(int depth)
        {
            Skip();
            if (depth > MostDepth)
            {
                throw Bad($"functions are nested more than {MostDepth} deep");
            }

            if (at < text.Length && text[at] == '\'')
            {
                return new Literal(Quoted());
            }

            var from = at;
            while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
            {
                at++;
            }

            var name = text[from..at];
            Demand('(');
            if (name.Equals("parameters", StringComparison.OrdinalIgnoreCase))
            {
                Skip();
                var parameter = new Parameter(Quoted());
                Demand(')');
                return parameter;
            }

            if (!name.Equals("concat", StringComparison.OrdinalIgnoreCase))
            {
                throw Bad($"the function '{name}' is not evaluated here; parameters('name') and concat(...) are");
            }

            var parts = new List<PolicyValue>();
            do
            {
                parts.Add(One(depth + 1));
            }
            while (Takes(','));
            Demand(')');
            return new Concat(parts);
        }

        private string Quoted()
        {
            Demand('\'');
            var content = new StringBuilder();
            while (at < text.Length)
            {
                if (text[at] != '\'')
                {
                    content.Append(text[at++]);
                }
                else if (at + 1 < text.Length && text[at + 1] == '\'')
                {
                    content.Append('\'');
                    at += 2;
                }
                else
                {
                    at++;
                    return content.ToString();
                }
            }

            throw Bad("a quote is not closed");
        }

        private bool Takes(char sign)
        {
            Skip();
            if (at >= text.Length || text[at] != sign)
            {
                return false;
            }

            at++;
            return true;
        }

        private void Demand(char sign)
        {
            if (!Takes(sign))
            {
                throw Bad($"'{sign}' is missing at character {at + 1}");
            }
        }

        private void Skip()
        {
            while (at < text.Length && text[at] == ' ')
            {
                at++;
            }
        }

        private PolicyRuleException Bad(string why) => new($"The expression '[{text}]' cannot be evaluated: {why}.");
    }
}

/// <summary>What a rule has that cannot be evaluated, in words for the one who wrote it.</summary>
internal sealed class PolicyRuleException(string message) : Exception(message);
