namespace Atrium.Inference.Llama.Templates;

/// <summary>A part of a template that has a value.</summary>
internal abstract record Expression
{
    public object? Evaluate(Scope scope)
    {
        scope.Budget.Spend();
        return Value(scope);
    }

    public bool Holds(Scope scope) => Values.IsTrue(Evaluate(scope));

    protected abstract object? Value(Scope scope);
}

internal sealed record Literal(object? Constant) : Expression
{
    protected override object? Value(Scope scope) => Constant;
}

internal sealed record Name(string Text) : Expression
{
    protected override object? Value(Scope scope) => scope.Get(Text);
}

internal sealed record ListLiteral(IReadOnlyList<Expression> Items) : Expression
{
    protected override object? Value(Scope scope) => Items.Select(item => item.Evaluate(scope)).ToList();
}

internal sealed record MapLiteral(IReadOnlyList<(Expression Key, Expression Value)> Items) : Expression
{
    protected override object? Value(Scope scope)
    {
        var map = new Map();
        foreach (var (key, value) in Items)
        {
            var name = key.Evaluate(scope);
            if (name is not (string or long or double or bool))
            {
                throw new TemplateException($"the key of a mapping must be a text or a number, not {Values.Kind(name)}");
            }

            map[name] = value.Evaluate(scope);
        }

        return map;
    }
}

/// <summary><c>of.name</c>: a part of a mapping, or a method.</summary>
internal sealed record Member(Expression Of, string Name) : Expression
{
    protected override object? Value(Scope scope) => Of.Evaluate(scope) switch
    {
        Undefined { Name: var undefined } => throw new TemplateException($"'{undefined}' is undefined and has no '{Name}'"),
        // As in Python, a method hides a key of the same name; a namespace has only keys.
        Namespace space => space.TryGetValue(Name, out var part) ? part : new Undefined(Name),
        var value when Methods.Find(value, Name) is { } method => method,
        Map map when map.TryGetValue(Name, out var part) => part,
        _ => new Undefined(Name),
    };
}

/// <summary><c>of[index]</c>.</summary>
internal sealed record Element(Expression Of, Expression Index) : Expression
{
    protected override object? Value(Scope scope)
    {
        var value = Of.Evaluate(scope);
        var index = Index.Evaluate(scope);
        return (value, index) switch
        {
            (Undefined { Name: var undefined }, _) => throw new TemplateException($"'{undefined}' is undefined and has no elements"),
            (Map map, not null) => map.TryGetValue(index, out var part) ? part : index is string key && Methods.Find(value, key) is { } method ? method : new Undefined(Values.Text(index, scope.Budget)),
            (IReadOnlyList<object?> list, long at) => At(at, list.Count) is { } place ? list[place] : new Undefined($"element {at}"),
            (string text, long at) => At(at, text.Length) is { } place ? text[place].ToString() : new Undefined($"element {at}"),
            _ => new Undefined(Values.Text(index, scope.Budget)),
        };
    }

    private static int? At(long at, int count) => at < 0 ? (at + count >= 0 ? (int)(at + count) : null) : at < count ? (int)at : null;
}

/// <summary><c>of[from:to:step]</c>.</summary>
internal sealed record Slice(Expression Of, Expression? From, Expression? To, Expression? Step) : Expression
{
    protected override object? Value(Scope scope)
    {
        var value = Of.Evaluate(scope);
        var step = Step?.Evaluate(scope) is { } given ? Values.Whole(given, "the step of a slice") : 1;
        if (step == 0)
        {
            throw new TemplateException("the step of a slice is 0");
        }

        var count = value switch
        {
            string letters => letters.Length,
            IReadOnlyList<object?> items => items.Count,
            _ => throw new TemplateException($"{Values.Kind(value)} cannot be sliced"),
        };
        scope.Budget.Spend(count);
        var from = Bound(From, scope, step > 0 ? 0 : count - 1, count, step);
        var to = Bound(To, scope, step > 0 ? count : -1, count, step);
        var places = new List<int>();
        for (long at = from; step > 0 ? at < to : at > to; at += step)
        {
            places.Add((int)at);
        }

        return value is string text ? string.Concat(places.Select(at => text[at])) : places.Select(at => ((IReadOnlyList<object?>)value)[at]).ToList();
    }

    private static int Bound(Expression? bound, Scope scope, int otherwise, int count, int step)
    {
        if (bound?.Evaluate(scope) is not { } given)
        {
            return otherwise;
        }

        var at = Values.Whole(given, "the border of a slice");
        at = at < 0 ? at + count : at;
        return step > 0 ? Math.Clamp(at, 0, count) : Math.Clamp(at, -1, count - 1);
    }
}

/// <summary><c>function(places, name=value)</c>.</summary>
internal sealed record Call(Expression Function, IReadOnlyList<Expression> Places, IReadOnlyList<(string Name, Expression Value)> Names) : Expression
{
    public Arguments Arguments(Scope scope) => Places.Count == 0 && Names.Count == 0
        ? Templates.Arguments.None
        : new([.. Places.Select(place => place.Evaluate(scope))], Names.ToDictionary(pair => pair.Name, pair => pair.Value.Evaluate(scope), StringComparer.Ordinal));

    protected override object? Value(Scope scope) => Function.Evaluate(scope) switch
    {
        Callable callable => callable(scope, Arguments(scope)),
        Undefined { Name: var name } => throw new TemplateException($"'{name}' is called, which we do not have"),
        var other => throw new TemplateException($"{Values.Kind(other)} is called like a function"),
    };
}

/// <summary><c>value | filter(arguments)</c>.</summary>
internal sealed record Filtered(Expression Of, string Name, Filter Filter, Call? Call) : Expression
{
    protected override object? Value(Scope scope)
    {
        var value = Of.Evaluate(scope);
        scope.Budget.Spend(Values.Size(value));
        return Filter(value, Call?.Arguments(scope) ?? Arguments.None, scope);
    }
}

/// <summary><c>value is test</c>.</summary>
internal sealed record Tested(Expression Of, Test Test, Expression? Argument, bool Negated) : Expression
{
    protected override object? Value(Scope scope) => Test(Of.Evaluate(scope), Argument?.Evaluate(scope), scope) != Negated;
}

internal sealed record Not(Expression Of) : Expression
{
    protected override object? Value(Scope scope) => !Of.Holds(scope);
}

internal sealed record Negative(Expression Of) : Expression
{
    protected override object? Value(Scope scope) => Of.Evaluate(scope) switch
    {
        long number => (object)unchecked(-number),
        double number => -number,
        var other => throw new TemplateException($"{Values.Kind(other)} has no negative"),
    };
}

internal sealed record And(Expression Left, Expression Right) : Expression
{
    protected override object? Value(Scope scope) => Left.Evaluate(scope) is var left && Values.IsTrue(left) ? Right.Evaluate(scope) : left;
}

internal sealed record Or(Expression Left, Expression Right) : Expression
{
    protected override object? Value(Scope scope) => Left.Evaluate(scope) is var left && Values.IsTrue(left) ? left : Right.Evaluate(scope);
}

/// <summary><c>then if condition else otherwise</c>.</summary>
internal sealed record Conditional(Expression Condition, Expression Then, Expression? Otherwise) : Expression
{
    protected override object? Value(Scope scope) =>
        Condition.Holds(scope) ? Then.Evaluate(scope) : Otherwise is null ? new Undefined("the missing else of an if") : Otherwise.Evaluate(scope);
}

/// <summary><c>a &lt; b &lt;= c</c>.</summary>
internal sealed record Comparison(Expression First, IReadOnlyList<(string Sign, Expression Right)> Rest) : Expression
{
    protected override object? Value(Scope scope)
    {
        var left = First.Evaluate(scope);
        foreach (var (sign, expression) in Rest)
        {
            var right = expression.Evaluate(scope);
            if (!Holds(sign, left, right, scope.Budget))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private static bool Holds(string sign, object? left, object? right, TemplateBudget budget) => sign switch
    {
        "==" => Values.Same(left, right, budget),
        "!=" => !Values.Same(left, right, budget),
        "<" => Values.Order(left, right) < 0,
        "<=" => Values.Order(left, right) <= 0,
        ">" => Values.Order(left, right) > 0,
        ">=" => Values.Order(left, right) >= 0,
        "in" => Values.Contains(right, left, budget),
        _ => !Values.Contains(right, left, budget),
    };
}

/// <summary><c>a + b</c> and the like.</summary>
internal sealed record Arithmetic(string Sign, Expression Left, Expression Right) : Expression
{
    protected override object? Value(Scope scope) => Operators.Apply(Sign, Left.Evaluate(scope), Right.Evaluate(scope), scope.Budget);
}
