using System.Text;

namespace Atrium.Inference.Speaking.Flite;

/// <summary>The text of a run, and the folder that it sees.</summary>
internal sealed class FliteJob : IDisposable
{
    private const string LexiconFile = "lexicon.txt";
    private static readonly string[] Syllables = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru"];

    public FliteJob(Phrase phrase)
    {
        Folder = Directory.CreateTempSubdirectory("atrium-speech-").FullName;
        var lexicon = new StringBuilder();
        var text = new StringBuilder();
        foreach (var word in phrase.Words)
        {
            text.Append(text.Length > 0 ? " " : "").Append(word.Phones is null ? word.Text : Invent(word, lexicon));
        }

        Text = text.ToString();
        if (lexicon.Length > 0)
        {
            File.WriteAllText(Path.Combine(Folder, LexiconFile), lexicon.ToString());
            Lexicon = ["-add_lex", $"/job/{LexiconFile}"];
        }
    }

    public string Text { get; }

    /// <summary>Arguments; none where the voice knows all words.</summary>
    public IReadOnlyList<string> Lexicon { get; } = [];

    public string Folder { get; }

    public string Output => Path.Combine(Folder, "speech.wav");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>A word that is in no lexicon, with the pronunciation wanted. It is made of syllables, for what cannot be pronounced is spelled.</summary>
    private static string Invent(SpokenWord word, StringBuilder lexicon)
    {
        var name = new StringBuilder("zovu");
        for (var number = lexicon.Length; number > 0; number /= Syllables.Length)
        {
            name.Append(Syllables[number % Syllables.Length]);
        }

        lexicon.Append(name).Append(" 0 : ").AppendJoin(' ', word.Phones!).Append('\n');
        var punctuation = word.Text.Length - word.Text.AsSpan().TrimEnd(".,;:!?").Length;
        return name.Append(word.Text.AsSpan(word.Text.Length - punctuation)).ToString();
    }
}
