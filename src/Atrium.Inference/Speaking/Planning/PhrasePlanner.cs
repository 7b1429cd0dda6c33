namespace Atrium.Inference.Speaking.Planning;

/// <summary>Cuts a script into the phrases that a voice says at a time. Pure.</summary>
internal sealed class PhrasePlanner
{
    /// <summary>A phrase of so many words, or characters, is half a minute; a sentence that has more is said in parts.</summary>
    private const int MostWords = 60, MostCharacters = 500;

    private const string Closing = "\"'”’»)]}";
    private readonly List<PlannedStep> _steps = [];
    private readonly List<SpokenWord> _words = [];
    private readonly List<(int Word, string Name)> _marks = [];
    private SpeechStyle? _style;
    private int _characters;
    private bool _begins = true;
    private bool _beginsVoice = true;

    private PhrasePlanner()
    {
    }

    public static IReadOnlyList<PlannedStep> Plan(SpeechScript script)
    {
        var planner = new PhrasePlanner();
        foreach (var step in script.Steps)
        {
            planner.Add(step);
        }

        planner.Flush(endsSentence: true);
        planner.FlushMarks();
        return planner._steps;
    }

    private void Add(SpeechStep step)
    {
        switch (step)
        {
            case SpeechStep.Say say:
                Add(say);
                break;
            case SpeechStep.Pause pause:
                Flush(endsSentence: false);
                FlushMarks();
                _steps.Add(new PlannedStep.Rest(pause.Length));
                break;
            case SpeechStep.Mark mark:
                _marks.Add((_words.Count, mark.Name));
                break;
            case SpeechStep.SentenceEnd end:
                Flush(endsSentence: true);
                if (end.IsVoiceEnd)
                {
                    EndVoice();
                }

                break;
        }
    }

    private void Add(SpeechStep.Say say)
    {
        if (_style is not null && _style != say.Style)
        {
            Flush(endsSentence: false);
        }

        _style = say.Style;
        if (say.Phones is not null)
        {
            Add(new SpokenWord(say.Text.Trim(), say.Written ?? say.Text.Trim(), say.Phones));
            return;
        }

        var isFirst = true;
        foreach (var token in say.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var isFirstOfToken = true;
            var isEnglish = say.Style.Voice.Language == "en";
            foreach (var word in isEnglish ? EnglishWords.Of(token) : PlainWords.Of(token))
            {
                // English words are what a token stands for; those of other languages are pieces of it.
                var written = say.Written is not null ? (isFirst ? say.Written : "") : isEnglish ? (isFirstOfToken ? token : "") : word;
                Add(new SpokenWord(word, written, null));
                (isFirst, isFirstOfToken) = (false, false);
            }
        }
    }

    private void Add(SpokenWord word)
    {
        // Punctuation that follows marked-up text belongs to the word before it.
        if (_words.Count > 0 && !word.Text.Any(char.IsLetterOrDigit) && word.Phones is null)
        {
            _words[^1] = _words[^1] with { Text = _words[^1].Text + word.Text, Written = _words[^1].Written + word.Written };
        }
        else
        {
            _words.Add(word);
        }

        var end = word.Text.AsSpan().TrimEnd(Closing);
        var silences = _style!.Silences;
        if (Ends(end, _words[^1]))
        {
            Flush(endsSentence: true);
        }
        else if (end.EndsWith(",") && silences.Comma is { } comma)
        {
            Break(comma);
        }
        else if (end.EndsWith(";") && silences.Semicolon is { } semicolon)
        {
            Break(semicolon);
        }
        else if (_words.Count >= MostWords || (_characters += word.Text.Length) >= MostCharacters)
        {
            Flush(endsSentence: false);
        }
    }

    private void Break(TimeSpan length)
    {
        Flush(endsSentence: false);
        _steps.Add(new PlannedStep.Rest(length));
    }

    private static bool Ends(ReadOnlySpan<char> text, SpokenWord word) =>
        text.Length > 0 && text[^1] is '!' or '?' or '…' or '。' or '！' or '？' or '؟' or '।' || (text.EndsWith(".") && !Abbreviations.IsOne(word.Text));

    private void Flush(bool endsSentence)
    {
        if (_words.Count == 0)
        {
            if (endsSentence)
            {
                EndSentence();
            }

            return;
        }

        _steps.Add(new PlannedStep.Speak(new Phrase(_style!, [.. _words], [.. _marks]) { BeginsSentence = _begins, EndsSentence = endsSentence }) { BeginsVoice = _beginsVoice });
        _words.Clear();
        _marks.Clear();
        _characters = 0;
        (_begins, _beginsVoice) = (endsSentence, false);
    }

    /// <summary>The last phrase was the sentence's end, which only now is known.</summary>
    private void EndSentence()
    {
        if (!_begins && _steps.FindLastIndex(step => step is PlannedStep.Speak) is var last and >= 0 && _steps[last] is PlannedStep.Speak speak)
        {
            _steps[last] = speak with { Phrase = speak.Phrase with { EndsSentence = true } };
        }

        _begins = true;
    }

    private void EndVoice()
    {
        FlushMarks();
        if (!_beginsVoice && _steps.FindLastIndex(step => step is PlannedStep.Speak) is var last and >= 0)
        {
            _steps[last] = (PlannedStep.Speak)_steps[last] with { EndsVoice = true };
        }

        (_beginsVoice, _style) = (true, null);
    }

    private void FlushMarks()
    {
        _steps.AddRange(_marks.Select(mark => new PlannedStep.Mark(mark.Name)));
        _marks.Clear();
    }
}
