using System.Xml;

namespace Atrium.Inference.Speaking.Ssml;

/// <summary>
/// Reads Speech Synthesis Markup Language as the published service takes it. Elements of other name spaces are passed over and what is in them is said;
/// ones that the language does not have, or that nothing here can do, are mistakes. All mistakes are reported together. Pure.
/// </summary>
public sealed class SsmlReader
{
    private const int LongestQuote = 30;
    private static readonly string[] Vocabularies = ["", "http://www.w3.org/2001/10/synthesis", "https://www.w3.org/2001/10/synthesis"];
    private static readonly string[] Extensions = ["http://www.w3.org/2001/mstts", "https://www.w3.org/2001/mstts"];
    private readonly IVoiceCast _cast;
    private readonly SsmlLimits _limits;
    private readonly SsmlCursor _at;
    private readonly SsmlStyles _styles;
    private readonly SsmlSayings _sayings;
    private readonly List<SpeechStep> _steps = [];
    private int _characters;
    private int _voices;

    private SsmlReader(SsmlCursor at, IVoiceCast cast, SsmlLimits limits) => (_at, _cast, _limits, _styles, _sayings) = (at, cast, limits, new(at, cast), new(at));

    /// <summary>What the document says.</summary>
    /// <exception cref="SsmlException">It has mistakes.</exception>
    public static SpeechScript Read(string document, IVoiceCast cast, SsmlLimits limits)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(limits);
        if (document.Length > limits.MostCharacters)
        {
            throw new SsmlException([new(1, 1, $"The document has {document.Length} characters; it may have {limits.MostCharacters}.")]);
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, MaxCharactersInDocument = limits.MostCharacters,
        };
        using var xml = XmlReader.Create(new StringReader(document), settings);
        return new SsmlReader(new(xml, limits.MostDepth), cast, limits).Read();
    }

    private SpeechScript Read()
    {
        _at.ReadDocument(ReadSpeak);
        if (_at.Problems.Count == 0 && !_steps.Exists(step => step is SpeechStep.Say or SpeechStep.Pause))
        {
            _at.Report(1, 1, "The document has nothing to say. Put text into its voice element.");
        }

        return _at.Problems.Count == 0 ? new(_steps, _characters) : throw new SsmlException(_at.Problems);
    }

    private void ReadSpeak()
    {
        if (_at.LocalName != "speak" || !Vocabularies.Contains(_at.Namespace))
        {
            _at.Report($"The document must be a 'speak' element of the name space {Vocabularies[1]}; found '{_at.LocalName}' of '{_at.Namespace}'.");
            return;
        }

        if (_at.Attribute("version") is not ("1.0" or "1.1"))
        {
            _at.Report("'speak' needs the attribute version=\"1.0\".");
        }

        if (string.IsNullOrWhiteSpace(_at.Language))
        {
            _at.Report("'speak' needs the attribute xml:lang, such as xml:lang=\"en-US\".");
        }

        _at.ReadChildren(ReadTopText, ReadTopElement);
        if (_voices == 0)
        {
            _at.Report(1, 1, $"'speak' needs at least one voice element with the name of a voice. Voices: {_cast.Offer}");
        }
    }

    private void ReadTopText(string text)
    {
        if (text.Trim() is { Length: > 0 } words)
        {
            _at.Report($"The text '{(words.Length > LongestQuote ? words[..LongestQuote] + "..." : words)}' stands outside of a voice element. Put it into one.");
        }
    }

    private void ReadTopElement()
    {
        switch (_at.LocalName)
        {
            case "voice":
                ReadVoice(null);
                break;
            case "metadata" or "meta":
                _at.Skip();
                break;
            default:
                _at.Report($"'{_at.Name}' stands outside of a voice element. Put it into one.");
                _at.Skip();
                break;
        }
    }

    private void ReadVoice(SpeechStyle? outer)
    {
        if (++_voices > _limits.MostVoices)
        {
            _at.Report($"The document has more than {_limits.MostVoices} voice elements.");
            _at.Skip();
            return;
        }

        var name = _at.Attribute("name");
        var voice = name is null ? null : _cast.Find(name.Trim());
        if (voice is null)
        {
            _at.Report(name is null ? "'voice' needs the attribute name." : $"There is no voice '{name}' here. Voices: {_cast.Offer}");
            voice = outer?.Voice ?? new("", "en-US", VoiceGender.Female, "", 1);
        }

        ReadContent(new Scope(outer is null ? new(voice) : outer with { Voice = voice }));
        if (outer is null)
        {
            _steps.Add(new SpeechStep.SentenceEnd(new(voice), IsVoiceEnd: true));
        }
    }

    /// <summary>What is said within the element that the reader is at, in the style given.</summary>
    private void ReadContent(Scope scope) => _at.ReadChildren(text => Say(text, scope.Style), () => ReadElement(scope));

    private void ReadElement(Scope scope)
    {
        if (Extensions.Contains(_at.Namespace))
        {
            ReadExtension(scope);
            return;
        }

        if (!Vocabularies.Contains(_at.Namespace) && _at.LocalName != "math")
        {
            ReadContent(scope);
            return;
        }

        switch (_at.LocalName)
        {
            case "voice":
                ReadVoice(scope.Style);
                break;
            case "p" or "s" or "paragraph" or "sentence":
                _steps.Add(new SpeechStep.SentenceEnd(scope.Style, IsVoiceEnd: false));
                ReadContent(new(scope.Style));
                _steps.Add(new SpeechStep.SentenceEnd(scope.Style, IsVoiceEnd: false));
                break;
            case "break":
                ReadBreak();
                break;
            case "prosody":
                ReadContent(new(_styles.Prosody(scope.Style)));
                break;
            case "emphasis":
                ReadContent(new(_styles.Emphasis(scope.Style)));
                break;
            case "lang":
                ReadContent(new(_styles.InLanguage(scope.Style)));
                break;
            case "say-as":
                Add(_sayings.ReadSayAs(scope.Style));
                break;
            case "sub":
                Add(_sayings.ReadSub(scope.Style));
                break;
            case "phoneme":
                Add(_sayings.ReadPhoneme(scope.Style));
                break;
            case "bookmark" or "mark":
                ReadMark();
                break;
            case "audio" or "token" or "w":
                // Recordings are fetched from nowhere; what stands for one that cannot be had is said, as published.
                ReadContent(scope);
                break;
            case "desc" or "metadata" or "meta":
                _at.Skip();
                break;
            case "lexicon" or "math":
                _at.Report($"'{_at.LocalName}' is not built yet. Write the words out, or use sub and phoneme.");
                _at.Skip();
                break;
            default:
                _at.Report($"There is no element '{_at.Name}' in this language. Elements: voice, p, s, break, prosody, emphasis, lang, say-as, sub, phoneme, bookmark, audio, mstts:silence, mstts:express-as, mstts:viseme.");
                _at.Skip();
                break;
        }
    }

    private void ReadExtension(Scope scope)
    {
        switch (_at.LocalName)
        {
            case "silence":
                scope.Style = scope.Style with { Silences = _styles.Silences(scope.Style.Silences) };
                _at.DemandEmpty();
                break;
            case "viseme":
                _at.DemandEmpty();
                break;
            case "backgroundaudio" or "audioduration" or "voiceconversion":
                _at.Report($"'{_at.Name}' is not built yet. Leave it out.");
                _at.Skip();
                break;
            default:
                // A style of speaking that a voice does not have is passed over, as published.
                ReadContent(scope);
                break;
        }
    }

    private void Say(string text, SpeechStyle style)
    {
        if (text.Trim().Length > 0)
        {
            _characters += text.Length;
            _steps.Add(new SpeechStep.Say(text, style));
        }
    }

    private void Add(SsmlSaid? said)
    {
        if (said is not null)
        {
            _characters += said.Characters;
            _steps.Add(said.Step);
        }
    }

    private void ReadBreak()
    {
        TimeSpan? time = _at.Attribute("time") is { } given
            ? ProsodyValues.Time(given, ProsodyValues.LongestPause)
            : (_at.Attribute("strength") ?? "medium").Trim() switch
            {
                "none" => TimeSpan.Zero,
                "x-weak" => TimeSpan.FromMilliseconds(250),
                "weak" => TimeSpan.FromMilliseconds(500),
                "medium" => TimeSpan.FromMilliseconds(750),
                "strong" => TimeSpan.FromMilliseconds(1000),
                "x-strong" => TimeSpan.FromMilliseconds(1250),
                _ => null,
            };
        if (time is null)
        {
            _at.Report("'break' takes time=\"750ms\" or \"2s\" (at most 20 seconds), or strength none, x-weak, weak, medium, strong or x-strong.");
        }

        _steps.Add(new SpeechStep.Pause(time ?? TimeSpan.Zero));
        _at.DemandEmpty();
    }

    private void ReadMark()
    {
        var name = _at.Attribute("mark") ?? _at.Attribute("name");
        if (name is null)
        {
            _at.Report("'bookmark' needs the attribute mark: its name.");
        }

        _steps.Add(new SpeechStep.Mark(name ?? ""));
        _at.DemandEmpty();
    }

    /// <summary>The style of what follows in an element; <c>mstts:silence</c> changes it from its place on.</summary>
    private sealed class Scope(SpeechStyle style)
    {
        public SpeechStyle Style { get; set; } = style;
    }
}
