using System.Xml;
using Atrium.Inference.Speaking.Pronouncing;
using Atrium.Inference.Speaking.Saying;

namespace Atrium.Inference.Speaking.Ssml;

/// <summary>
/// Reads Speech Synthesis Markup Language as the published service takes it. Elements of other name spaces are passed over and what is in them is said;
/// ones that the language does not have, or that nothing here can do, are mistakes. All mistakes are reported together. Pure.
/// </summary>
public sealed class SsmlReader
{
    private const string Xml = "http://www.w3.org/XML/1998/namespace";
    private const int MostProblems = 20;
    private const int LongestQuote = 30;
    private static readonly TimeSpan LongestBreak = TimeSpan.FromSeconds(20);
    private static readonly string[] Vocabularies = ["", "http://www.w3.org/2001/10/synthesis", "https://www.w3.org/2001/10/synthesis"];
    private static readonly string[] Extensions = ["http://www.w3.org/2001/mstts", "https://www.w3.org/2001/mstts"];
    private readonly IVoiceCast _cast;
    private readonly SsmlLimits _limits;
    private readonly XmlReader _xml;
    private readonly List<SpeechStep> _steps = [];
    private readonly List<SsmlProblem> _problems = [];
    private int _characters;
    private int _voices;

    private SsmlReader(XmlReader xml, IVoiceCast cast, SsmlLimits limits) => (_xml, _cast, _limits) = (xml, cast, limits);

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
        return new SsmlReader(xml, cast, limits).Read();
    }

    private SpeechScript Read()
    {
        try
        {
            _xml.MoveToContent();
            ReadSpeak();
            while (_xml.Read())
            {
            }
        }
        catch (XmlException broken)
        {
            Report(broken.LineNumber, broken.LinePosition, broken.Message.Contains("DTD", StringComparison.Ordinal)
                ? "A document type (DOCTYPE) is not allowed."
                : $"The document is no well-formed XML. {broken.Message}");
        }

        if (_problems.Count == 0 && !_steps.Exists(step => step is SpeechStep.Say or SpeechStep.Pause))
        {
            Report(1, 1, "The document has nothing to say. Put text into its voice element.");
        }

        return _problems.Count == 0 ? new(_steps, _characters) : throw new SsmlException(_problems);
    }

    private void ReadSpeak()
    {
        if (_xml.LocalName != "speak" || !Vocabularies.Contains(_xml.NamespaceURI))
        {
            Report($"The document must be a 'speak' element of the name space {Vocabularies[1]}; found '{_xml.LocalName}' of '{_xml.NamespaceURI}'.");
            return;
        }

        if (_xml.GetAttribute("version") is not ("1.0" or "1.1"))
        {
            Report("'speak' needs the attribute version=\"1.0\".");
        }

        if (string.IsNullOrWhiteSpace(_xml.GetAttribute("lang", Xml)))
        {
            Report("'speak' needs the attribute xml:lang, such as xml:lang=\"en-US\".");
        }

        ReadChildren(ReadTopText, ReadTopElement);
        if (_voices == 0)
        {
            Report(1, 1, $"'speak' needs at least one voice element with the name of a voice. Voices: {_cast.Offer}");
        }
    }

    private void ReadTopText(string text)
    {
        if (text.Trim() is { Length: > 0 } words)
        {
            Report($"The text '{(words.Length > LongestQuote ? words[..LongestQuote] + "..." : words)}' stands outside of a voice element. Put it into one.");
        }
    }

    private void ReadTopElement()
    {
        switch (_xml.LocalName)
        {
            case "voice":
                ReadVoice(null);
                break;
            case "metadata" or "meta":
                _xml.Skip();
                break;
            default:
                Report($"'{_xml.Name}' stands outside of a voice element. Put it into one.");
                _xml.Skip();
                break;
        }
    }

    private void ReadVoice(SpeechStyle? outer)
    {
        if (++_voices > _limits.MostVoices)
        {
            Report($"The document has more than {_limits.MostVoices} voice elements.");
            _xml.Skip();
            return;
        }

        var name = _xml.GetAttribute("name");
        var voice = name is null ? null : _cast.Find(name.Trim());
        if (voice is null)
        {
            Report(name is null ? "'voice' needs the attribute name." : $"There is no voice '{name}' here. Voices: {_cast.Offer}");
            voice = outer?.Voice ?? new("", "en-US", VoiceGender.Female, "", 1);
        }

        ReadContent(new Scope(outer is null ? new(voice) : outer with { Voice = voice }));
        if (outer is null)
        {
            _steps.Add(new SpeechStep.SentenceEnd(new(voice), IsVoiceEnd: true));
        }
    }

    /// <summary>What is said within the element that the reader is at, in the style given.</summary>
    private void ReadContent(Scope scope) => ReadChildren(text => Say(text, scope.Style), () => ReadElement(scope));

    private void ReadElement(Scope scope)
    {
        if (Extensions.Contains(_xml.NamespaceURI))
        {
            ReadExtension(scope);
            return;
        }

        if (!Vocabularies.Contains(_xml.NamespaceURI) && _xml.LocalName != "math")
        {
            ReadContent(scope);
            return;
        }

        switch (_xml.LocalName)
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
                ReadContent(new(Prosody(scope.Style)));
                break;
            case "emphasis":
                ReadContent(new(Emphasis(scope.Style)));
                break;
            case "lang":
                ReadContent(new(InLanguage(scope.Style)));
                break;
            case "say-as":
                ReadSayAs(scope.Style);
                break;
            case "sub":
                ReadSub(scope.Style);
                break;
            case "phoneme":
                ReadPhoneme(scope.Style);
                break;
            case "bookmark" or "mark":
                ReadMark();
                break;
            case "audio" or "token" or "w":
                // Recordings are fetched from nowhere; what stands for one that cannot be had is said, as published.
                ReadContent(scope);
                break;
            case "desc" or "metadata" or "meta":
                _xml.Skip();
                break;
            case "lexicon" or "math":
                Report($"'{_xml.LocalName}' is not built yet. Write the words out, or use sub and phoneme.");
                _xml.Skip();
                break;
            default:
                Report($"There is no element '{_xml.Name}' in this language. Elements: voice, p, s, break, prosody, emphasis, lang, say-as, sub, phoneme, bookmark, audio, mstts:silence, mstts:express-as, mstts:viseme.");
                _xml.Skip();
                break;
        }
    }

    private void ReadExtension(Scope scope)
    {
        switch (_xml.LocalName)
        {
            case "silence":
                scope.Style = scope.Style with { Silences = Silences(scope.Style.Silences) };
                DemandEmpty();
                break;
            case "viseme":
                DemandEmpty();
                break;
            case "backgroundaudio" or "audioduration" or "voiceconversion":
                Report($"'{_xml.Name}' is not built yet. Leave it out.");
                _xml.Skip();
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

    private void ReadBreak()
    {
        TimeSpan? time = _xml.GetAttribute("time") is { } given
            ? ProsodyValues.Time(given, LongestBreak)
            : (_xml.GetAttribute("strength") ?? "medium").Trim() switch
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
            Report("'break' takes time=\"750ms\" or \"2s\" (at most 20 seconds), or strength none, x-weak, weak, medium, strong or x-strong.");
        }

        _steps.Add(new SpeechStep.Pause(time ?? TimeSpan.Zero));
        DemandEmpty();
    }

    private SpeechStyle Prosody(SpeechStyle style) => style.With(
        _xml.GetAttribute("rate"), _xml.GetAttribute("pitch"), _xml.GetAttribute("volume"), (attribute, found) => Report($"'{found}' is no {attribute} of prosody. It takes {ProsodyValues.Right(attribute)}."));

    private SpeechStyle Emphasis(SpeechStyle style)
    {
        switch (_xml.GetAttribute("level") ?? "moderate")
        {
            case "strong":
                return style with { Rate = style.Rate * 0.85, Pitch = style.Pitch * 1.15, Volume = style.Volume * 1.2 };
            case "moderate":
                return style with { Rate = style.Rate * 0.93, Pitch = style.Pitch * 1.07, Volume = style.Volume * 1.1 };
            case "reduced":
                return style with { Rate = style.Rate * 1.1, Volume = style.Volume * 0.8 };
            case "none":
                return style;
            default:
                Report($"'emphasis' has the levels strong, moderate, none and reduced; found '{_xml.GetAttribute("level")}'.");
                return style;
        }
    }

    private SpeechStyle InLanguage(SpeechStyle style)
    {
        var locale = _xml.GetAttribute("lang", Xml);
        if (string.IsNullOrWhiteSpace(locale))
        {
            Report("'lang' needs the attribute xml:lang.");
            return style;
        }

        if (_cast.InLanguage(style.Voice, locale.Trim()) is { } voice)
        {
            return style with { Voice = voice };
        }

        Report($"No voice here speaks '{locale}'. Voices: {_cast.Offer}");
        return style;
    }

    private SilenceRules Silences(SilenceRules rules)
    {
        var (type, value) = (_xml.GetAttribute("type") ?? "", _xml.GetAttribute("value") ?? _xml.GetAttribute("Value"));
        if (value is null || ProsodyValues.Time(value, LongestBreak) is not { } time)
        {
            Report("'mstts:silence' needs a value such as 200ms or 2s (at most 20 seconds).");
            return rules;
        }

        switch (type.ToLowerInvariant())
        {
            case "leading":
                return rules with { Leading = rules.Leading with { More = time } };
            case "leading-exact":
                return rules with { Leading = rules.Leading with { Exactly = time } };
            case "tailing":
                return rules with { Tailing = rules.Tailing with { More = time } };
            case "tailing-exact":
                return rules with { Tailing = rules.Tailing with { Exactly = time } };
            case "sentenceboundary":
                return rules with { Sentence = rules.Sentence with { More = time } };
            case "sentenceboundary-exact":
                return rules with { Sentence = rules.Sentence with { Exactly = time } };
            case "comma-exact" or "enumerationcomma-exact":
                return rules with { Comma = time };
            case "semicolon-exact":
                return rules with { Semicolon = time };
            default:
                Report(
                    $"'mstts:silence' has no type '{type}'. Types: Leading, Leading-exact, Tailing, Tailing-exact, Sentenceboundary, Sentenceboundary-exact, Comma-exact, Semicolon-exact, Enumerationcomma-exact.");
                return rules;
        }
    }

    private void ReadSayAs(SpeechStyle style)
    {
        var what = _xml.GetAttribute("interpret-as");
        var form = _xml.GetAttribute("format") ?? "";
        if (string.IsNullOrWhiteSpace(what))
        {
            Report("'say-as' needs the attribute interpret-as, such as cardinal, ordinal, characters, date, time or telephone.");
        }

        var text = ReadText();
        if (text.Trim().Length > 0)
        {
            _characters += text.Length;
            var words = style.Voice.Language == "en" ? SayAs.InWords(text, what?.Trim() ?? "", form) : text;
            _steps.Add(new SpeechStep.Say(words, style) { Written = text.Trim() });
        }
    }

    private void ReadSub(SpeechStyle style)
    {
        var alias = _xml.GetAttribute("alias");
        if (string.IsNullOrWhiteSpace(alias))
        {
            Report("'sub' needs the attribute alias: what is said in place of its text.");
        }

        var text = ReadText();
        if (!string.IsNullOrWhiteSpace(alias))
        {
            _characters += alias.Length;
            _steps.Add(new SpeechStep.Say(alias, style) { Written = text.Trim().Length > 0 ? text.Trim() : null });
        }
    }

    private void ReadPhoneme(SpeechStyle style)
    {
        var alphabet = (_xml.GetAttribute("alphabet") ?? "ipa").Trim();
        var pronunciation = _xml.GetAttribute("ph");
        IReadOnlyList<string>? phones = null;
        if (string.IsNullOrWhiteSpace(pronunciation))
        {
            Report("'phoneme' needs the attribute ph: how its text is pronounced.");
        }
        else if (!PhoneticAlphabets.Names.Contains(alphabet))
        {
            Report($"'phoneme' has the alphabets {string.Join(", ", PhoneticAlphabets.Names)}; found '{alphabet}'.");
        }
        else if (style.Voice.Engine != Flite.FliteVoices.Engine && style.Voice.Engine.Length > 0)
        {
            Report($"'phoneme' is possible with the English voices of flite only, and the voice here is {style.Voice.Engine}'s.");
        }
        else if (!PhoneticAlphabets.TryRead(alphabet, pronunciation, out phones, out var unknown))
        {
            Report($"'{unknown}' in '{pronunciation}' is no English phone of the alphabet {alphabet}.");
        }

        var text = ReadText();
        _characters += text.Length;
        _steps.Add(new SpeechStep.Say(text.Trim().Length > 0 ? text.Trim() : "-", style) { Phones = phones, Written = text.Trim() });
    }

    private void ReadMark()
    {
        var name = _xml.GetAttribute("mark") ?? _xml.GetAttribute("name");
        if (name is null)
        {
            Report("'bookmark' needs the attribute mark: its name.");
        }

        _steps.Add(new SpeechStep.Mark(name ?? ""));
        DemandEmpty();
    }

    /// <summary>The text of an element that may have nothing else.</summary>
    private string ReadText()
    {
        var name = _xml.Name;
        var text = new System.Text.StringBuilder();
        ReadChildren(
            part => text.Append(part),
            () =>
            {
                Report($"'{name}' can only have text; found '{_xml.Name}' in it.");
                _xml.Skip();
            });
        return text.ToString();
    }

    private void DemandEmpty()
    {
        var name = _xml.Name;
        ReadChildren(
            text =>
            {
                if (text.Trim().Length > 0)
                {
                    Report($"'{name}' can have no text.");
                }
            },
            () =>
            {
                Report($"'{name}' can have no elements; found '{_xml.Name}' in it.");
                _xml.Skip();
            });
    }

    /// <summary>Goes through what is in the element that the reader is at, and behind it.</summary>
    private void ReadChildren(Action<string> onText, Action onElement)
    {
        if (_xml.Depth >= _limits.MostDepth)
        {
            Report($"Elements lie more than {_limits.MostDepth} deep.");
            _xml.Skip();
            return;
        }

        if (_xml.IsEmptyElement)
        {
            _xml.Read();
            return;
        }

        _xml.Read();
        while (_xml.NodeType is not (XmlNodeType.EndElement or XmlNodeType.None))
        {
            switch (_xml.NodeType)
            {
                case XmlNodeType.Element:
                    onElement();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    onText(_xml.Value);
                    _xml.Read();
                    break;
                default:
                    _xml.Read();
                    break;
            }
        }

        _xml.Read();
    }

    private void Report(string message) => Report(((IXmlLineInfo)_xml).LineNumber, ((IXmlLineInfo)_xml).LinePosition, message);

    private void Report(int line, int position, string message)
    {
        if (_problems.Count < MostProblems)
        {
            _problems.Add(new(Math.Max(1, line), Math.Max(1, position), message));
        }
    }

    /// <summary>The style of what follows in an element; <c>mstts:silence</c> changes it from its place on.</summary>
    private sealed class Scope(SpeechStyle style)
    {
        public SpeechStyle Style { get; set; } = style;
    }
}
