namespace Atrium.Inference.Llama;

/// <summary>
/// The prompt for a file without a chat template, which is a model that continues text. A single user turn is that text, as it is;
/// a conversation becomes lines of "role: content" with an open one for the answer.
/// </summary>
internal static class PlainPrompt
{
    public static string Write(IReadOnlyList<ChatTurn> turns) =>
        turns is [{ Role: "user" } only] ? only.Content : string.Concat(turns.Select(turn => $"{turn.Role}: {turn.Content}\n")) + "assistant:";
}
