using System.Collections.Immutable;
using System.Globalization;

namespace Atrium.Server.Identity.Roles.Conditions;

/// <summary>A part of a condition.</summary>
internal abstract record ConditionNode
{
    public abstract bool Holds(ConditionContext context);

    /// <summary>The same with a third answer: null where the call has not what is asked about.</summary>
    public virtual bool? Answer(ConditionContext context) => Holds(context);

    internal sealed record And(ConditionNode Left, ConditionNode Right) : ConditionNode
    {
        public override bool Holds(ConditionContext context) => Left.Holds(context) && Right.Holds(context);

        public override bool? Answer(ConditionContext context) => Left.Answer(context) & Right.Answer(context);
    }

    internal sealed record Or(ConditionNode Left, ConditionNode Right) : ConditionNode
    {
        public override bool Holds(ConditionContext context) => Left.Holds(context) || Right.Holds(context);

        public override bool? Answer(ConditionContext context) => Left.Answer(context) | Right.Answer(context);
    }

    internal sealed record Not(ConditionNode Inner) : ConditionNode
    {
        public override bool Holds(ConditionContext context) => !Inner.Holds(context);

        public override bool? Answer(ConditionContext context) => !Inner.Answer(context);
    }

    /// <summary>The action is one of these patterns.</summary>
    internal sealed record ActionMatches(ActionPattern Pattern) : ConditionNode
    {
        public override bool Holds(ConditionContext context) => Pattern.Matches(context.Action);
    }

    internal sealed record SubOperationMatches(string SubOperation) : ConditionNode
    {
        public override bool Holds(ConditionContext context) => SubOperation.Equals(context.Attributes.SubOperation, StringComparison.OrdinalIgnoreCase);
    }

    internal sealed record Exists(ConditionAttribute Attribute) : ConditionNode
    {
        public override bool Holds(ConditionContext context) => !Attribute.Read(context).IsDefaultOrEmpty;
    }

    /// <summary>An attribute, compared with values or with another attribute.</summary>
    internal sealed record Comparison(ConditionAttribute Left, ConditionQuantifier Quantifier, Func<string, string, bool> Matches, ConditionAttribute? RightAttribute, ImmutableArray<string> RightValues) : ConditionNode
    {
        public override bool Holds(ConditionContext context)
        {
            var left = Left.Read(context);
            var right = RightAttribute?.Read(context) ?? RightValues;
            if (left.IsDefaultOrEmpty || right.IsDefaultOrEmpty)
            {
                return false;
            }

            return Quantifier switch
            {
                ConditionQuantifier.AllOfAny => left.All(l => right.Any(r => Matches(l, r))),
                ConditionQuantifier.AnyOfAll => left.Any(l => right.All(r => Matches(l, r))),
                ConditionQuantifier.AllOfAll => left.All(l => right.All(r => Matches(l, r))),
                _ => left.Any(l => right.Any(r => Matches(l, r))),
            };
        }

        public override bool? Answer(ConditionContext context) =>
            Left.Read(context).IsDefaultOrEmpty || RightAttribute?.Read(context).IsDefaultOrEmpty is true ? null : Holds(context);
    }
}

/// <summary>How many of the values on each side must compare.</summary>
internal enum ConditionQuantifier
{
    AnyOfAny,
    AllOfAny,
    AnyOfAll,
    AllOfAll,
}

/// <summary>Where an attribute comes from.</summary>
internal enum ConditionSource
{
    Resource,
    Request,
    Environment,

    /// <summary>Custom security attributes of identities, which are not kept here: none has any.</summary>
    Principal,
}

/// <summary>An attribute as conditions name it.</summary>
internal sealed record ConditionAttribute(ConditionSource Source, string Name)
{
    private const string UtcNow = "UtcNow";

    public ImmutableArray<string> Read(ConditionContext context) => Source switch
    {
        ConditionSource.Resource => context.Attributes.Resource.GetValueOrDefault(Name),
        ConditionSource.Request => context.Attributes.Request.GetValueOrDefault(Name),
        ConditionSource.Environment when Name.Equals(UtcNow, StringComparison.OrdinalIgnoreCase) => [context.Now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)],
        _ => default,
    };
}
