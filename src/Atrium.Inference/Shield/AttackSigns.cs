using System.Text.RegularExpressions;

namespace Atrium.Inference.Shield;

/// <summary>Wordings that attacks are known for, one rule a kind of attack. A sign alone proves nothing; the shield learns what each is worth.</summary>
internal static partial class AttackSigns
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly Regex[] Signs = [Overriding(), Leaking(), Unbound(), Markup(), Encoded(), Addressed(), Secretly(), Commanded()];

    /// <summary>How many numbers <see cref="Write"/> writes.</summary>
    public const int Count = 8;

    /// <summary>Writes 1 for every sign that the text has, else 0.</summary>
    public static void Write(string text, Span<float> features)
    {
        for (var i = 0; i < Count; i++)
        {
            features[i] = Signs[i].IsMatch(text) ? 1 : 0;
        }
    }

    [GeneratedRegex(@"\b(ignor|disregard|forget|overrid|bypass|discard|cancel|drop|revok|skip|set aside|stop following|do not follow|turn off|switch off|disabl)\w*\b.{0,40}\b(instructions?|rules?|guidelines?|directions?|directives?|polic(y|ies)|restrictions?|programming|guardrails?|filters?|moderation|prompts?|limits|limitations|training|told)\b", Options)]
    private static partial Regex Overriding();

    [GeneratedRegex(@"\b(system|initial|hidden|secret|original|developer|first|internal)\s+(prompt|message|instructions?|guidelines|rules)\b|\b(print|repeat|output|reveal|leak|show|dump|expose|copy)\b.{0,40}\b(prompt|above|instructions|configuration|context window)\b", Options)]
    private static partial Regex Leaking();

    [GeneratedRegex(@"\b(DAN|do anything now|jailbr\w+|developer mode|god mode|unfiltered|uncensored|unrestricted|amoral)\b|\b(no|without|any)\s+(\w+\s+)?(restrictions?|rules|filters?|limits|limitations|guidelines|ethics|morals?|censorship|guardrails|boundaries|content policy)\b|\bnever refuse\b", Options)]
    private static partial Regex Unbound();

    [GeneratedRegex(@"<\|\w+\|>|\[/?(INST|SYSTEM)\]|#{2,}\s*(system|instruction)|</?(system|instructions?)>|""role""\s*:\s*""system""|\bsystem\s*:|\b(user|human)\s*:.*\b(assistant|ai)\s*:|\bassistant\s*:.*\buser\s*:|<!--.*\b(ai|assistant|model)\b", Options)]
    private static partial Regex Markup();

    [GeneratedRegex(@"\b(base64|rot13|hex|binary|morse|backwards|reversed?|leetspeak|decode)\b.{0,60}\b(obey|follow|comply|carry it out|execute|do (what|as)|filter|moderation|safety)\b|[a-z]*[0-9][a-z]+[0-9][a-z0-9]*\s+[a-z]*[0-9][a-z]*\s+[a-z]+[0-9]", Options)]
    private static partial Regex Encoded();

    [GeneratedRegex(@"\b(dear|attention|note to( the| any| all)?|instructions?\s+(to|for)( the| any)?|to (the|any|every)|if you are (an?|the)|as an)\s+((automated|automatic|large|mail)\s+)?(ai|assistant|chatbot|bot|agent|llm|language model|model)s?\b|\b(ai|assistant|llm|chatbot|agent|model)s?\b\s*(:|,|\breading\b|\bprocessing\b|\bmust\b|\bshould\b|\bscreening\b|\breviewers\b)", Options)]
    private static partial Regex Addressed();

    [GeneratedRegex(@"\b(silently|secretly|without (telling|informing|asking)|do(n't| not) (tell|inform|mention|show)( it| this)?( to)?( the)? ?user)\b|\b(do not|don't) mention\b|\bhidden (text|instruction|prompt)s?\b", Options)]
    private static partial Regex Secretly();

    [GeneratedRegex(@"\byou (must|will|are) now\b|\bfrom (now|this point|this line) on\b|\bnew (instructions?|task|rule|role|system message)\b|\byour (new|only) (task|rule|role|identity|system|instructions?)\b|\bpretend\b|\bact (as|like)\b|\b(obey|comply)\b", Options)]
    private static partial Regex Commanded();
}
