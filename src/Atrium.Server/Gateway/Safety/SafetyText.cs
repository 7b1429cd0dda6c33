namespace Atrium.Server.Gateway.Safety;

/// <summary>Lengths as Content Safety counts them: in Unicode code points.</summary>
internal static class SafetyText
{
    public static int Length(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                count--;
            }
        }

        return count;
    }
}
