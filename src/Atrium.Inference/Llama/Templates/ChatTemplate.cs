using System.Text;
using Atrium.Inference.Llama.Tools;

namespace Atrium.Inference.Llama.Templates;

/// <summary>The chat template of a model: a program in a part of Jinja that writes a conversation the way the model was trained on it.</summary>
internal sealed class ChatTemplate
{
    private const int MaxSource = 256 << 10;
    private const int MaxSteps = 2_000_000;
    private const int MaxCharacters = 8 << 20;
    private readonly Block _body;

    private ChatTemplate(Block body) => _body = body;

    /// <exception cref="TemplateException">It holds something that we do not support, named in the message.</exception>
    public static ChatTemplate Parse(string source)
    {
        if (source.Length > MaxSource)
        {
            throw new TemplateException($"it is longer than {MaxSource} characters");
        }

        return new(Guarded(() => TemplateParser.Parse(source)));
    }

    /// <summary>The conversation as the model reads it, up to where the answer begins.</summary>
    /// <exception cref="TemplateRefusedException">The template does not take such a conversation.</exception>
    /// <exception cref="TemplateException">The template fails.</exception>
    public string Render(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ChatTool> tools, string beginText, string endText, TimeProvider clock) => Run(new Dictionary<string, object?>
    {
        ["messages"] = ToolPrompt.Messages(turns),
        ["bos_token"] = beginText,
        ["eos_token"] = endText,
        ["add_generation_prompt"] = true,
        ["tools"] = ToolPrompt.Tools(tools),
        ["documents"] = null,
    }, clock);

    /// <summary>Runs the template with these names.</summary>
    internal string Run(IReadOnlyDictionary<string, object?> names, TimeProvider clock)
    {
        var scope = new Scope(null, new TemplateBudget(MaxSteps, MaxCharacters));
        Functions.AddTo(scope, clock);
        foreach (var (name, value) in names)
        {
            scope.Set(name, value);
        }

        var output = new StringBuilder();
        Guarded(() => _body.Run(scope, output));
        return output.ToString();
    }

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InsufficientExecutionStackException)
        {
            throw new TemplateException("it is nested too deeply");
        }
    }
}
