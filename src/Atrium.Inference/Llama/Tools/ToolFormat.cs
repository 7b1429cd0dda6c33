using Atrium.Inference.Llama.Grammars;

namespace Atrium.Inference.Llama.Tools;

/// <summary>How a family of models writes calls of tools.</summary>
/// <param name="Trigger">What a call begins with; empty where the answer as a whole is the call.</param>
/// <param name="Open">Between the trigger and the first call.</param>
/// <param name="Between">Between two calls; null where an answer has one only.</param>
/// <param name="Close">After the last call.</param>
/// <param name="Arguments">What the arguments are called.</param>
internal sealed record ToolFormat(string Trigger, string Open, string? Between, string Close, string Arguments)
{
    public const string TagOpen = "<tool_call>";
    public const string TagClose = "</tool_call>";

    /// <summary>Hermes, Qwen and many others, and every model whose template knows no tools: <c>&lt;tool_call&gt;{"name", "arguments"}&lt;/tool_call&gt;</c>.</summary>
    public static readonly ToolFormat Tagged = new(TagOpen, "\n", $"\n{TagClose}\n{TagOpen}\n", $"\n{TagClose}", "arguments");

    /// <summary>Mistral: <c>[TOOL_CALLS] [{"name", "arguments"}, ...]</c>.</summary>
    public static readonly ToolFormat List = new("[TOOL_CALLS]", " [", ", ", "]", "arguments");

    /// <summary>Llama 3: the answer is <c>{"name", "parameters"}</c> and nothing else.</summary>
    public static readonly ToolFormat Bare = new("", "", null, "", "parameters");

    /// <summary>By what the model's chat template writes.</summary>
    public static ToolFormat For(string? template) => template switch
    {
        null => Tagged,
        _ when template.Contains("[TOOL_CALLS]", StringComparison.Ordinal) => List,
        _ when template.Contains(TagOpen, StringComparison.Ordinal) => Tagged,
        _ when template.Contains("\"parameters\"", StringComparison.Ordinal) || template.Contains("<|python_tag|>", StringComparison.Ordinal) => Bare,
        _ => Tagged,
    };

    /// <summary>The grammar of an answer that is nothing but calls.</summary>
    public string WholeGrammar(IReadOnlyList<ChatTool> tools, bool several) => JsonGrammar.OfCalls(tools, Trigger + Open, several ? Between : null, Close, Arguments);

    /// <summary>The grammar of what follows the trigger.</summary>
    public string RestGrammar(IReadOnlyList<ChatTool> tools, bool several) => JsonGrammar.OfCalls(tools, Open, several ? Between : null, Close, Arguments);
}
