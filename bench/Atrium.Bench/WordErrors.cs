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
        Wrong += EditDistance.Of<string>(said, heard);
    }
}
