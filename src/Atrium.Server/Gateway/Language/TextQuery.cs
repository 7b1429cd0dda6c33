using System.Globalization;
using Atrium.Contracts;

namespace Atrium.Server.Gateway.Language;

/// <summary>Reads query parameters of text analysis. Pure.</summary>
internal static class TextQuery
{
    private const string WrongValue = "InvalidParameterValue";

    public static bool? Flag(IQueryCollection query, string name, List<Problem> problems)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        problems.Add(new(name, $"'{name}' must be true or false; found '{text}'.", WrongValue));
        return null;
    }

    public static int? Whole(IQueryCollection query, string name, int min, int max, List<Problem> problems)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        problems.Add(new(name, $"'{name}' must be a whole number from {min} to {max}; found '{text}'.", WrongValue));
        return null;
    }
}
