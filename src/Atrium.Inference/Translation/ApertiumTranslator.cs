namespace Atrium.Inference.Translation;

/// <summary>Translates by Apertium, a program of its own that the administrator installs with the pairs of languages that are wanted. Rules and dictionaries, no neural model.</summary>
public sealed class ApertiumTranslator(ApertiumOptions options) : IDisposable
{
    /// <summary>As answers and usage name it.</summary>
    public const string Name = "apertium";

    private readonly FairQueue _queue = new(Name, options.Workers, options.MaxCalls);
    private readonly string _folder = Path.Combine(options.Data, "modes");
    private Seen _seen = new(DateTime.MinValue, ApertiumModes.None);

    /// <summary>What is installed now; a pair that is added needs no restart.</summary>
    internal ApertiumModes Modes
    {
        get
        {
            // A folder that is not there has a time, long ago.
            var changed = Directory.GetLastWriteTimeUtc(_folder);
            if (changed != _seen.Changed)
            {
                _seen = new(changed, Directory.Exists(_folder) ? ApertiumModes.Read(_folder) : ApertiumModes.None);
            }

            return _seen.Modes;
        }
    }

    /// <summary>The codes of all languages that are translated from or to.</summary>
    public IReadOnlyCollection<string> Languages
    {
        get
        {
            var modes = Modes;
            return [.. modes.Sources.Union(modes.Targets).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Whether texts of one language can be had in the other.</summary>
    public bool Serves(string from, string to) => from == to || Modes.Way(from, to).Count > 0;

    /// <summary>Translates texts, each on its own.</summary>
    /// <param name="lane">On whose behalf; those who ask take turns.</param>
    /// <param name="from">A language that <see cref="Serves"/> knows, and so the next.</param>
    /// <param name="to">The language wanted.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="isHtml">Whether they are HTML, whose tags are kept.</param>
    /// <param name="cancellationToken">Ends the programs at once.</param>
    /// <exception cref="InferenceQueueFullException">Too many calls wait.</exception>
    /// <exception cref="TranslationFailedException">The program failed.</exception>
    public async Task<IReadOnlyList<string>> TranslateAsync(string lane, string from, string to, IReadOnlyList<string> texts, bool isHtml, CancellationToken cancellationToken)
    {
        if (from == to)
        {
            return texts;
        }

        using var place = _queue.Enter(lane);
        foreach (var mode in Modes.Way(from, to))
        {
            var given = texts;
            texts = await _queue.RunAsync(lane, () => Translate(mode, given, isHtml, cancellationToken), cancellationToken);
        }

        return texts;
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private string[] Translate(string mode, IReadOnlyList<string> texts, bool isHtml, CancellationToken cancellationToken)
    {
        var parts = texts.Select(text => TextPart.Of(text, isHtml)).ToList();
        var marks = parts.ConvertAll(part => new TextMarks(part, isHtml));
        var translated = ApertiumProcess.Run(options, mode, [.. marks.Select(m => m.Marked)], cancellationToken);
        return [.. translated.Select((text, i) => marks[i].Restore(text) ?? TranslatePieces(mode, parts[i], isHtml, cancellationToken))];
    }

    /// <summary>A text whose tags the pair's rules do not keep: what lies between them is translated piece by piece.</summary>
    private string TranslatePieces(string mode, IReadOnlyList<TextPart> parts, bool isHtml, CancellationToken cancellationToken)
    {
        var marks = parts.Where(part => !part.IsKept).Select(part => new TextMarks([part], isHtml)).ToList();
        var translated = new Queue<string>(ApertiumProcess.Run(options, mode, marks.ConvertAll(m => m.Marked), cancellationToken)
            .Select((piece, i) => marks[i].Restore(piece) ?? throw new TranslationFailedException($"Apertium's mode '{mode}' changes what is not to be translated.")));
        return string.Concat(parts.Select(part => part.IsKept ? part.Text : translated.Dequeue()));
    }

    private sealed record Seen(DateTime Changed, ApertiumModes Modes);
}
