using System.Data;

namespace Atrium.Persistence.Sql;

/// <summary>
/// A statement with placeholders <c>$1</c>, <c>$2</c>, ... and the types of their values, in order. Both databases read this form.
/// Sessions keep it prepared by reference, so each is made once.
/// </summary>
internal sealed class Statement(string text, params DbType[] parameters)
{
    public string Text { get; } = text;

    public IReadOnlyList<DbType> Parameters { get; } = parameters;
}
