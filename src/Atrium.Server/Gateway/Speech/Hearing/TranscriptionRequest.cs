using System.Globalization;
using Atrium.Contracts;
using Atrium.Inference.Hearing.Phrases;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>A request of <c>audio/transcriptions</c> or <c>audio/translations</c> (OpenAI): a form with <c>file</c> and the rest.</summary>
internal sealed record TranscriptionRequest
{
    private const string Segment = "segment";
    private const string Word = "word";

    /// <summary>As many as a form may have beside its other values.</summary>
    private const int MostKeywords = 80;

    private static readonly (string Name, string What)[] Unserved =
    [
        ("include", "This model tells no log probabilities of tokens."), ("known_speaker_names", "This model does not know speakers."), ("known_speaker_references", "This model does not know speakers."),
    ];

    /// <summary><c>temperature</c> changes nothing for this model, and it cuts the audio by its own ear, whatever <c>chunking_strategy</c> says.</summary>
    private static readonly string[] Members = ["file", "model", "language", "prompt", "response_format", "temperature", "timestamp_granularities", "stream", "chunking_strategy", "keywords", .. Unserved.Select(option => option.Name)];

    /// <summary>One of <see cref="TranscriptionWriter.Formats"/>.</summary>
    public required string Format { get; init; }

    /// <summary>Whether it is told who says what.</summary>
    public bool WantsSpeakers => Format == TranscriptionWriter.Diarized;

    /// <summary>As the caller names it; null to leave it open.</summary>
    public string? Language { get; init; }

    /// <summary>The keywords, and names that the prompt has; null for none.</summary>
    public PhraseList? Expected { get; init; }

    public bool WantsSegments { get; init; }

    public bool WantsWords { get; init; }

    /// <summary>Whether the text comes in events, phrase by phrase.</summary>
    public bool Streams { get; init; }

    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static TranscriptionRequest Read(UploadForm form)
    {
        var problems = new List<Problem>();
        if (form.FileName is null)
        {
            problems.Add(new("file", "'file' is required: a part of the form with a file name, the audio.", ProblemCodes.Required));
        }

        var format = form["response_format"] is { Length: > 0 } named ? named : "json";
        if (!TranscriptionWriter.Formats.Contains(format))
        {
            problems.Add(new("response_format", $"'response_format' must be one of {string.Join(", ", TranscriptionWriter.Formats)}; found '{format}'."));
        }

        if (form["temperature"] is { } text && !(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var temperature) && temperature is >= 0 and <= 1))
        {
            problems.Add(new("temperature", $"'temperature' must be a number from 0 to 1; found '{text}'."));
        }

        if (form["stream"] is { } flag && !bool.TryParse(flag, out _))
        {
            problems.Add(new("stream", $"'stream' must be true or false; found '{flag}'."));
        }

        var granularities = form.Values["timestamp_granularities[]"].Concat(form.Values["timestamp_granularities"]).ToArray();
        if (Array.Find(granularities, g => g is not (Segment or Word)) is { } unknown)
        {
            problems.Add(new("timestamp_granularities", $"'timestamp_granularities' takes {Segment} and {Word}; found '{unknown}'."));
        }
        else if (granularities.Length > 0 && format != "verbose_json")
        {
            problems.Add(new("timestamp_granularities", "'timestamp_granularities' goes with response_format verbose_json only."));
        }

        foreach (var (name, what) in Unserved)
        {
            if (form.Values.Contains(name) || form.Values.Contains(name + "[]"))
            {
                problems.Add(new(name, $"{what} Leave '{name}' out, or hear through a deployment with a connection."));
            }
        }

        var expected = ReadExpected(form, problems);
        UnknownMembers.Refuse(form, Members, problems);
        return problems.Count > 0 ? throw ApiException.Invalid(problems) : new()
        {
            Format = format,
            Language = form["language"],
            Expected = expected,
            WantsSegments = granularities.Length == 0 || granularities.Contains(Segment),
            WantsWords = granularities.Contains(Word),
            Streams = form["stream"] is { } wanted && bool.Parse(wanted),
        };
    }

    private static PhraseList? ReadExpected(UploadForm form, List<Problem> problems)
    {
        var keywords = form.Values["keywords[]"].Concat(form.Values["keywords"]).Where(keyword => keyword.Length > 0).ToList();
        if (keywords.Count > MostKeywords || keywords.Exists(keyword => keyword.Length > PhraseList.LongestPhrase))
        {
            problems.Add(new("keywords", $"'keywords' must be at most {MostKeywords} words or phrases of at most {PhraseList.LongestPhrase} characters."));
        }

        keywords.AddRange(PromptPhrases.Of(form["prompt"])?.Phrases ?? []);
        return keywords.Count > 0 ? new(keywords) : null;
    }
}
