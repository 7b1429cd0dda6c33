using System.Runtime.CompilerServices;
using System.Text;

namespace Atrium.Inference.Llama.Templates;

/// <summary>What a run of a template may cost. The template came with a stranger's file.</summary>
internal sealed class TemplateBudget(int steps, int characters)
{
    private int _steps = steps;

    /// <summary>Counts work in the size of what is made or walked over.</summary>
    public void Spend(long cost = 1)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _steps = cost > _steps ? throw new TemplateException("it takes too long; it was stopped") : _steps - (int)cost;
    }

    /// <summary>Refuses a text that grew too long.</summary>
    public string Check(string text)
    {
        Spend(1 + (text.Length / 16));
        return text.Length <= characters ? text : throw new TemplateException("it makes too much text; it was stopped");
    }

    /// <summary>Writes to the output of a template.</summary>
    public void Write(StringBuilder output, string text)
    {
        Spend(1 + (text.Length / 16));
        if (output.Length + text.Length > characters)
        {
            throw new TemplateException("it makes too much text; it was stopped");
        }

        output.Append(text);
    }
}

/// <summary>The names that are known at a place of a template. A loop or macro body has its own, and sees those outside.</summary>
internal sealed class Scope(Scope? outer, TemplateBudget budget)
{
    private readonly Dictionary<string, object?> _names = new(StringComparer.Ordinal);

    public TemplateBudget Budget { get; } = budget;

    /// <summary>A scope inside this one.</summary>
    public Scope Inner() => new(this, Budget);

    public void Set(string name, object? value) => _names[name] = value;

    public object? Get(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._names.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return new Undefined(name);
    }

    private Scope? Outer { get; } = outer;
}

/// <summary>Something that a template can call.</summary>
internal delegate object? Callable(Scope scope, Arguments arguments);

/// <summary>What something is called with: by place and by name.</summary>
internal sealed record Arguments(IReadOnlyList<object?> Places, IReadOnlyDictionary<string, object?> Names)
{
    public static Arguments None { get; } = new([], new Dictionary<string, object?>());

    /// <summary>The argument at a place or of that name, or the value given.</summary>
    public object? Get(int place, string name, object? otherwise = null) =>
        place < Places.Count ? Places[place] : Names.TryGetValue(name, out var value) ? value : otherwise;
}
