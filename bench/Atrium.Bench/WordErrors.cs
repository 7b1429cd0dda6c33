namespace Atrium.Bench;

/// <summary>Errors of a recognizer, summed over clips.</summary>
internal sealed class WordErrors
{
    public int Words { get; private set; }

    public int Wrong { get; private set; }

    /// <summary>Words that are wrong, missing or too many, as a part of those that were said.</summary>
    public double Rate => Words == 0 ? 0 : (double)Wrong / Words;

    public void Add(string[] said, string[] heard)
    {
        Words += said.Length;
        Wrong += Distance(said, heard);
    }

    private static int Distance(string[] said, string[] heard)
    {
        var row = Enumerable.Range(0, heard.Length + 1).ToArray();
        for (var i = 1; i <= said.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= heard.Length; j++)
            {
                (before, row[j]) = (row[j], Math.Min(before + (said[i - 1] == heard[j - 1] ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[^1];
    }
}
