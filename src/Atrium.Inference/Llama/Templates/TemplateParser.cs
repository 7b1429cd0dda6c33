namespace Atrium.Inference.Llama.Templates;

/// <summary>Reads a whole template.</summary>
internal sealed class TemplateParser : ExpressionParser
{
    private TemplateParser(IReadOnlyList<TemplateToken> tokens)
        : base(tokens)
    {
    }

    /// <exception cref="TemplateException">It holds something that we do not support, named in the message.</exception>
    public static Block Parse(string source)
    {
        var parser = new TemplateParser(TemplateLexer.Read(source));
        var body = parser.ReadBlock(out var ended);
        return ended.Length == 0 ? body : throw new TemplateException($"'{ended}' has no beginning");
    }

    /// <summary>Reads up to a tag that ends or divides a block, whose name it takes; empty at the end of the template.</summary>
    private Block ReadBlock(out string ended)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var statements = new List<Statement>();
        while (Current.Kind != TokenKind.End)
        {
            var token = Take();
            if (token.Kind == TokenKind.Text)
            {
                statements.Add(new PlainText(token.Text));
            }
            else if (token.Kind == TokenKind.OutputStart)
            {
                statements.Add(new Output(ReadExpression()));
                EndTag();
            }
            else
            {
                var tag = TakeName();
                if (tag is "elif" or "else" || tag.StartsWith("end", StringComparison.Ordinal))
                {
                    ended = tag;
                    return new Block(statements);
                }

                statements.Add(ReadStatement(tag));
            }
        }

        ended = "";
        return new Block(statements);
    }

    private Statement ReadStatement(string tag)
    {
        switch (tag)
        {
            case "if":
                return ReadIf();
            case "for":
                return ReadFor();
            case "set":
                return ReadSet();
            case "macro":
                return ReadMacro();
            case "filter":
                var filter = ReadFilter();
                EndTag();
                return new FilterBlock(filter, ReadBody("endfilter"));
            case "generation":
                EndTag();
                return ReadBody("endgeneration");
            case "break":
                EndTag();
                return new Jump(Flow.Break);
            case "continue":
                EndTag();
                return new Jump(Flow.Continue);
            default:
                throw new TemplateException($"the tag '{tag}' is not supported");
        }
    }

    private If ReadIf()
    {
        var branches = new List<(Expression, Block)>();
        while (true)
        {
            var condition = ReadExpression();
            EndTag();
            branches.Add((condition, ReadBlock(out var ended)));
            switch (ended)
            {
                case "elif":
                    continue;
                case "else":
                    EndTag();
                    return new If(branches, ReadBody("endif"));
                default:
                    Close(ended, "endif");
                    return new If(branches, null);
            }
        }
    }

    private For ReadFor()
    {
        var targets = ReadTargets();
        Expect("in");
        var over = ReadOr();
        var where = Accept("if") ? ReadExpression() : null;
        if (Is("recursive"))
        {
            throw new TemplateException("'for ... recursive' is not supported");
        }

        EndTag();
        var body = ReadBlock(out var ended);
        if (ended == "else")
        {
            EndTag();
            return new For(targets, over, where, body, ReadBody("endfor"));
        }

        Close(ended, "endfor");
        return new For(targets, over, where, body, null);
    }

    private Set ReadSet()
    {
        var targets = ReadTargets();
        var part = targets.Count == 1 && Accept(".") ? TakeName() : null;
        if (Accept("="))
        {
            var value = ReadExpression();
            if (Is(","))
            {
                var values = new List<Expression> { value };
                while (Accept(","))
                {
                    values.Add(ReadExpression());
                }

                value = new ListLiteral(values);
            }

            EndTag();
            return new Set(targets, part, value, null);
        }

        EndTag();
        return new Set(targets, part, null, ReadBody("endset"));
    }

    private Macro ReadMacro()
    {
        var name = TakeName();
        var parameters = new List<(string, Expression?)>();
        Expect("(");
        while (!Accept(")"))
        {
            parameters.Add((TakeName(), Accept("=") ? ReadExpression() : null));
            if (!Is(")"))
            {
                Expect(",");
            }
        }

        EndTag();
        return new Macro(name, parameters, ReadBody("endmacro"));
    }

    private List<string> ReadTargets()
    {
        var parenthesis = Accept("(");
        var targets = new List<string> { TakeName() };
        while (Accept(","))
        {
            targets.Add(TakeName());
        }

        if (parenthesis)
        {
            Expect(")");
        }

        return targets;
    }

    private Block ReadBody(string end)
    {
        var body = ReadBlock(out var ended);
        Close(ended, end);
        return body;
    }

    private void Close(string ended, string expected)
    {
        if (ended != expected)
        {
            throw new TemplateException($"'{expected}' is missing" + (ended.Length == 0 ? "" : $" before '{ended}'"));
        }

        if (Current.Kind == TokenKind.Name)
        {
            // "endmacro name" repeats the name for the reader.
            Take();
        }

        EndTag();
    }

    private void EndTag()
    {
        if (Take() is { Kind: not TokenKind.TagEnd } token)
        {
            throw new TemplateException($"'{token.Text}' is not understood here");
        }
    }
}
