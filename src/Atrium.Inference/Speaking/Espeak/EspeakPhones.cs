using System.Text.RegularExpressions;

namespace Atrium.Inference.Speaking.Espeak;

/// <summary>What espeak-ng prints of a text's sounds: <c>g_'u:_t_@_n t_'A:_k</c>, words apart, and names of languages in between. Pure.</summary>
internal static partial class EspeakPhones
{
    /// <summary>Of each word its phones, without stress. Pauses are none.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Groups(string printed) =>
        [.. printed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(All).Where(group => group.Count > 0)];

    /// <summary>All phones.</summary>
    public static IReadOnlyList<string> All(string printed) =>
        [.. Marks().Replace(printed, "_").Split([' ', '_'], StringSplitOptions.RemoveEmptyEntries).Select(phone => phone.Trim('\'', ',', '%', '=')).Where(phone => phone.Any(c => c is not (':' or '|' or '!')))];

    /// <summary>Names of languages that the text changes to.</summary>
    [GeneratedRegex(@"\([a-z-]+\)")]
    private static partial Regex Marks();
}
