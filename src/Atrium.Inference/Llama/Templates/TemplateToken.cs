namespace Atrium.Inference.Llama.Templates;

internal enum TokenKind
{
    /// <summary>Text between tags.</summary>
    Text,

    /// <summary>The beginning of <c>{{ ... }}</c>.</summary>
    OutputStart,

    /// <summary>The beginning of <c>{% ... %}</c>.</summary>
    BlockStart,

    /// <summary>The end of either.</summary>
    TagEnd,

    Name,
    String,
    Number,
    Operator,
    End,
}

/// <summary>One token. <see cref="Value"/> is the text of a string or the number, without its spelling.</summary>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, object? Value = null);
