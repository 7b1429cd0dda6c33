namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>What web hooks are told of. Pure.</summary>
internal static class HookEvents
{
    public const string Challenge = "Challenge", Ping = "Ping";
    public const string Created = "TranscriptionCreation", Processing = "TranscriptionProcessing", Completed = "TranscriptionCompletion", Deleted = "TranscriptionDeletion";

    private static readonly string[] Entities = ["dataset", "model", "evaluation", "transcription", "endpoint"];
    private static readonly string[] Changes = ["Creation", "Processing", "Completion", "Deletion"];

    /// <summary>As published: of other entities than transcriptions there are none here, so nothing is ever told of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entities.SelectMany(entity => Changes.Select(change => entity + change)), "ping", "challenge"];

    /// <summary>Its name among the events that a hook is for.</summary>
    public static string NameOf(string told) => char.ToLowerInvariant(told[0]) + told[1..];
}
