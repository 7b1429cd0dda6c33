using Atrium.Inference.Llama.Gguf;
using Atrium.Inference.Llama.Templates;
using Atrium.Inference.Llama.Tools;

namespace Atrium.Inference.Llama;

/// <summary>Writes a conversation as the text that a model reads: by the chat template of its file, or plainly where it has none.</summary>
internal sealed class PromptWriter
{
    private readonly string _file;
    private readonly ChatTemplate? _template;
    private readonly TimeProvider _clock;

    private readonly bool _knowsTools;

    private PromptWriter(string file, ChatTemplate? template, string? source, TimeProvider clock)
    {
        (_file, _template, _clock) = (file, template, clock);
        _knowsTools = template is not null && source!.Contains("tools", StringComparison.Ordinal);
        Format = _knowsTools ? ToolFormat.For(source) : ToolFormat.Tagged;
    }

    /// <summary>How the model calls tools.</summary>
    public ToolFormat Format { get; }

    /// <summary>Whether the text holds control tokens, written by the template.</summary>
    public bool WritesControlTokens => _template is not null;

    /// <exception cref="ModelFileException">The file's template holds something that we do not support.</exception>
    public static PromptWriter For(GgufMetadata metadata, string file, TimeProvider clock)
    {
        try
        {
            return new(file, string.IsNullOrWhiteSpace(metadata.ChatTemplate) ? null : ChatTemplate.Parse(metadata.ChatTemplate), metadata.ChatTemplate, clock);
        }
        catch (TemplateException unsupported)
        {
            throw new ModelFileException(file, $"its chat template cannot be used: {unsupported.Message}", unsupported);
        }
    }

    /// <exception cref="PromptRefusedException">The template does not take such a conversation, nor its simpler form.</exception>
    /// <exception cref="ModelFileException">The template fails.</exception>
    public string Write(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ChatTool> tools, string beginText, string endText)
    {
        if (!_knowsTools)
        {
            (turns, tools) = (ToolPrompt.InWords(turns, tools), []);
        }

        if (_template is null)
        {
            return PlainPrompt.Write(turns);
        }

        try
        {
            return _template.Render(turns, tools, beginText, endText, _clock);
        }
        catch (TemplateRefusedException)
        {
            return WriteFolded(_template, ToolPrompt.InWords(turns, tools), beginText, endText);
        }
        catch (TemplateException failed)
        {
            throw Failed(failed);
        }
    }

    private string WriteFolded(ChatTemplate template, IReadOnlyList<ChatTurn> turns, string beginText, string endText)
    {
        try
        {
            return template.Render(Fold(turns), [], beginText, endText, _clock);
        }
        catch (TemplateRefusedException refused)
        {
            throw new PromptRefusedException(refused.Message);
        }
        catch (TemplateException failed)
        {
            throw Failed(failed);
        }
    }

    /// <summary>
    /// The conversation for a template that knows only user and assistant in turns: what others say becomes the user's, neighbours of the
    /// same role become one.
    /// </summary>
    internal static IReadOnlyList<ChatTurn> Fold(IReadOnlyList<ChatTurn> turns)
    {
        var folded = new List<ChatTurn>();
        foreach (var turn in turns)
        {
            var role = turn.Role == "assistant" ? "assistant" : "user";
            if (folded.Count > 0 && folded[^1].Role == role)
            {
                folded[^1] = folded[^1] with { Content = folded[^1].Content + "\n\n" + turn.Content };
            }
            else
            {
                folded.Add(new(role, turn.Content));
            }
        }

        return folded;
    }

    private ModelFileException Failed(TemplateException failed) => new(_file, $"its chat template fails: {failed.Message}", failed);
}
