using System.Text;

namespace Atrium.Inference.Llama.Templates;

/// <summary>How a statement left off: a loop may be ended or go on with its next element.</summary>
internal enum Flow
{
    On,
    Break,
    Continue,
}

/// <summary>A part of a template that writes or changes something.</summary>
internal abstract record Statement
{
    public abstract Flow Run(Scope scope, StringBuilder output);
}

internal sealed record Block(IReadOnlyList<Statement> Statements) : Statement
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        foreach (var statement in Statements)
        {
            scope.Budget.Spend();
            if (statement.Run(scope, output) is var flow and not Flow.On)
            {
                return flow;
            }
        }

        return Flow.On;
    }
}

internal sealed record PlainText(string Text) : Statement
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        scope.Budget.Write(output, Text);
        return Flow.On;
    }
}

internal sealed record Output(Expression Value) : Statement
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        scope.Budget.Write(output, Values.Text(Value.Evaluate(scope), scope.Budget));
        return Flow.On;
    }
}

internal sealed record If(IReadOnlyList<(Expression Condition, Block Body)> Branches, Block? Otherwise) : Statement
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        foreach (var (condition, body) in Branches)
        {
            if (condition.Holds(scope))
            {
                return body.Run(scope, output);
            }
        }

        return Otherwise?.Run(scope, output) ?? Flow.On;
    }
}

internal sealed record For(IReadOnlyList<string> Targets, Expression Over, Expression? Where, Block Body, Block? Otherwise) : Statement
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        var elements = Values.Elements(Over.Evaluate(scope), scope);
        if (Where is not null)
        {
            elements = [.. elements.Where(element => Where.Holds(Bind(scope, element)))];
        }

        for (var at = 0; at < elements.Count; at++)
        {
            scope.Budget.Spend();
            var inner = Bind(scope, elements[at]);
            inner.Set("loop", Loop(elements, at));
            if (Body.Run(inner, output) == Flow.Break)
            {
                break;
            }
        }

        return elements.Count == 0 ? Otherwise?.Run(scope, output) ?? Flow.On : Flow.On;
    }

    private static Map Loop(IReadOnlyList<object?> elements, int at) => new()
    {
        ["index"] = at + 1L,
        ["index0"] = (long)at,
        ["revindex"] = (long)elements.Count - at,
        ["revindex0"] = elements.Count - at - 1L,
        ["first"] = at == 0,
        ["last"] = at == elements.Count - 1,
        ["length"] = (long)elements.Count,
        ["previtem"] = at > 0 ? elements[at - 1] : new Undefined("loop.previtem"),
        ["nextitem"] = at + 1 < elements.Count ? elements[at + 1] : new Undefined("loop.nextitem"),
        ["cycle"] = (Callable)((_, arguments) => arguments.Places.Count == 0 ? null : arguments.Places[at % arguments.Places.Count]),
    };

    private Scope Bind(Scope scope, object? element)
    {
        var inner = scope.Inner();
        Set.Bind(inner, Targets, element);
        return inner;
    }
}

/// <summary><c>set a = value</c>, <c>set a, b = value</c>, <c>set space.part = value</c>, and the form with a body.</summary>
internal sealed record Set(IReadOnlyList<string> Targets, string? Part, Expression? Value, Block? Body) : Statement
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        var value = Value is null ? Capture(scope) : Value.Evaluate(scope);
        if (Part is null)
        {
            Bind(scope, Targets, value);
        }
        else if (scope.Get(Targets[0]) is Namespace space)
        {
            space[Part] = value;
        }
        else
        {
            throw new TemplateException($"'set {Targets[0]}.{Part}' needs a namespace");
        }

        return Flow.On;
    }

    public static void Bind(Scope scope, IReadOnlyList<string> targets, object? value)
    {
        if (targets.Count == 1)
        {
            scope.Set(targets[0], value);
            return;
        }

        var parts = Values.Elements(value, scope);
        if (parts.Count != targets.Count)
        {
            throw new TemplateException($"{parts.Count} values are given to {targets.Count} names");
        }

        for (var i = 0; i < parts.Count; i++)
        {
            scope.Set(targets[i], parts[i]);
        }
    }

    private string Capture(Scope scope)
    {
        var text = new StringBuilder();
        Body!.Run(scope.Inner(), text);
        return text.ToString();
    }
}

internal sealed record Macro(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, Block Body) : Statement
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        scope.Set(Name, (Callable)((_, arguments) => Invoke(scope, arguments)));
        return Flow.On;
    }

    private string Invoke(Scope outer, Arguments arguments)
    {
        var scope = outer.Inner();
        for (var i = 0; i < Parameters.Count; i++)
        {
            var (name, otherwise) = Parameters[i];
            var value = arguments.Get(i, name, new Undefined(name));
            scope.Set(name, value is Undefined && otherwise is not null ? otherwise.Evaluate(scope) : value);
        }

        var text = new StringBuilder();
        Body.Run(scope, text);
        return text.ToString();
    }
}

/// <summary><c>filter upper</c> with a body.</summary>
internal sealed record FilterBlock(Func<Expression, Expression> Apply, Block Body) : Statement
{
    public override Flow Run(Scope scope, StringBuilder output)
    {
        var text = new StringBuilder();
        Body.Run(scope.Inner(), text);
        return new Output(Apply(new Literal(text.ToString()))).Run(scope, output);
    }
}

/// <summary><c>break</c> or <c>continue</c>.</summary>
internal sealed record Jump(Flow Flow) : Statement
{
    public override Flow Run(Scope scope, StringBuilder output) => Flow;
}
