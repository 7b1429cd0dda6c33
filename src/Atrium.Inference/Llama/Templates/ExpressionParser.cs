namespace Atrium.Inference.Llama.Templates;

/// <summary>Reads expressions, with the binding strengths of Jinja.</summary>
internal class ExpressionParser(IReadOnlyList<TemplateToken> tokens)
{
    private int _at;

    protected TemplateToken Current => tokens[_at];

    protected TemplateToken Take() => tokens[_at < tokens.Count - 1 ? _at++ : _at];

    protected bool Is(string text) => Current.Kind is TokenKind.Operator or TokenKind.Name && Current.Text == text;

    protected bool Accept(string text)
    {
        var found = Is(text);
        _at += found ? 1 : 0;
        return found;
    }

    protected void Expect(string text)
    {
        if (!Accept(text))
        {
            throw new TemplateException($"'{text}' is missing before '{Current.Text}'");
        }
    }

    protected string TakeName() => Current.Kind == TokenKind.Name ? Take().Text : throw new TemplateException($"a name is missing before '{Current.Text}'");

    protected Expression ReadExpression()
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = ReadOr();
        while (Accept("if"))
        {
            var condition = ReadOr();
            value = new Conditional(condition, value, Accept("else") ? ReadExpression() : null);
        }

        return value;
    }

    /// <summary>An expression that a following "if" does not belong to.</summary>
    protected Expression ReadOr()
    {
        var left = ReadAnd();
        while (Accept("or"))
        {
            left = new Or(left, ReadAnd());
        }

        return left;
    }

    /// <summary>The filter whose name comes next, with its arguments.</summary>
    protected Func<Expression, Expression> ReadFilter()
    {
        var name = TakeName();
        var filter = Filters.Find(name) ?? throw new TemplateException($"the filter '{name}' is not supported");
        var call = Is("(") ? ReadCall(new Literal(null)) : null;
        return value => new Filtered(value, name, filter, call);
    }

    private Expression ReadAnd()
    {
        var left = ReadNot();
        while (Accept("and"))
        {
            left = new And(left, ReadNot());
        }

        return left;
    }

    private Expression ReadNot()
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        return Accept("not") ? new Not(ReadNot()) : ReadComparison();
    }

    private Expression ReadComparison()
    {
        var first = ReadSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
            {
                rest.Add((Take().Text, ReadSum()));
            }
            else if (Accept("in"))
            {
                rest.Add(("in", ReadSum()));
            }
            else if (Is("not") && tokens[_at + 1] is { Kind: TokenKind.Name, Text: "in" })
            {
                _at += 2;
                rest.Add(("not in", ReadSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Comparison(first, rest);
            }
        }
    }

    private Expression ReadSum() => ReadLeft(["+", "-"], () => ReadLeft(["~"], () => ReadLeft(["*", "/", "//", "%"], () => ReadLeft(["**"], () => ReadSigned(withFilters: true)))));

    private Expression ReadLeft(string[] signs, Func<Expression> read)
    {
        var left = read();
        while (Current.Kind == TokenKind.Operator && signs.Contains(Current.Text))
        {
            left = new Arithmetic(Take().Text, left, read());
        }

        return left;
    }

    private Expression ReadSigned(bool withFilters)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = Accept("-") ? new Negative(ReadSigned(false)) : Accept("+") ? ReadSigned(false) : ReadParts(ReadPrimary());
        return withFilters ? ReadFilters(value) : value;
    }

    private Expression ReadFilters(Expression value)
    {
        while (true)
        {
            if (Accept("|"))
            {
                value = ReadFilter()(value);
            }
            else if (Accept("is"))
            {
                value = ReadTest(value);
            }
            else if (Is("("))
            {
                value = ReadCall(value);
            }
            else
            {
                return value;
            }
        }
    }

    private Tested ReadTest(Expression value)
    {
        var negated = Accept("not");
        var name = Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or ">" or "<=" or ">=" } ? Take().Text : TakeName();
        var test = Tests.Find(name) ?? throw new TemplateException($"the test 'is {name}' is not supported");
        return new Tested(value, test, Tests.TakesArgument(name) ? ReadParts(ReadPrimary()) : null, negated);
    }

    private Expression ReadParts(Expression value)
    {
        while (true)
        {
            if (Accept("."))
            {
                value = Current.Kind == TokenKind.Number ? new Element(value, new Literal(Take().Value)) : new Member(value, TakeName());
            }
            else if (Accept("["))
            {
                value = ReadIndex(value);
            }
            else if (Is("("))
            {
                value = ReadCall(value);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression ReadIndex(Expression value)
    {
        var parts = new Expression?[3];
        var part = 0;
        while (!Accept("]"))
        {
            if (Accept(":"))
            {
                part = part < 2 ? part + 1 : throw new TemplateException("a slice has more than three parts");
            }
            else
            {
                parts[part] = parts[part] is null ? ReadExpression() : throw new TemplateException($"']' is missing before '{Current.Text}'");
            }
        }

        return part > 0 ? new Slice(value, parts[0], parts[1], parts[2]) : new Element(value, parts[0] ?? throw new TemplateException("an index is empty: []"));
    }

    private Call ReadCall(Expression function)
    {
        Expect("(");
        var places = new List<Expression>();
        var names = new List<(string, Expression)>();
        while (!Accept(")"))
        {
            if (Current.Kind == TokenKind.Name && tokens[_at + 1] is { Kind: TokenKind.Operator, Text: "=" })
            {
                var name = Take().Text;
                Take();
                names.Add((name, ReadExpression()));
            }
            else
            {
                places.Add(ReadExpression());
            }

            if (!Is(")"))
            {
                Expect(",");
            }
        }

        return new Call(function, places, names);
    }

    private Expression ReadPrimary()
    {
        var token = Take();
        switch (token)
        {
            case { Kind: TokenKind.String }:
                var text = (string)token.Value!;
                while (Current.Kind == TokenKind.String)
                {
                    text += (string)Take().Value!;
                }

                return new Literal(text);
            case { Kind: TokenKind.Number }:
                return new Literal(token.Value);
            case { Kind: TokenKind.Name }:
                return token.Text switch
                {
                    "true" or "True" => new Literal(true),
                    "false" or "False" => new Literal(false),
                    "none" or "None" => new Literal(null),
                    _ => new Name(token.Text),
                };
            case { Kind: TokenKind.Operator, Text: "(" }:
                return ReadParenthesis();
            case { Kind: TokenKind.Operator, Text: "[" }:
                return new ListLiteral(ReadList("]"));
            case { Kind: TokenKind.Operator, Text: "{" }:
                return ReadMap();
            default:
                throw new TemplateException($"a value is missing before '{token.Text}'");
        }
    }

    private Expression ReadParenthesis()
    {
        if (Accept(")"))
        {
            return new ListLiteral([]);
        }

        var first = ReadExpression();
        if (Accept(")"))
        {
            return first;
        }

        Expect(",");
        return new ListLiteral([first, .. ReadList(")")]);
    }

    private List<Expression> ReadList(string close)
    {
        var items = new List<Expression>();
        while (!Accept(close))
        {
            items.Add(ReadExpression());
            if (!Is(close))
            {
                Expect(",");
            }
        }

        return items;
    }

    private MapLiteral ReadMap()
    {
        var items = new List<(Expression, Expression)>();
        while (!Accept("}"))
        {
            var key = ReadExpression();
            Expect(":");
            items.Add((key, ReadExpression()));
            if (!Is("}"))
            {
                Expect(",");
            }
        }

        return new MapLiteral(items);
    }
}
