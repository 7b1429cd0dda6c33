namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>What web hooks are told of, as the header names it: the published receiver takes the names with these capitals only. Pure.</summary>
internal static class HookEvents
{
    public const string Challenge = "Challenge", Ping = "Ping";
    public const string Created = "TranscriptionCreation", Processing = "TranscriptionProcessing", Completed = "TranscriptionCompletion", Deleted = "TranscriptionDeletion";

    private static readonly string[] Entities = ["dataset", "model", "evaluation", "transcription", "endpoint"];
    private static readonly string[] Changes = ["Creation", "Processing", "Completion", "Deletion"];

    /// <summary>As published: of other entities than transcriptions there are none here, so nothing is ever told of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entities.SelectMany(entity => Changes.Select(change => entity + change)), "ping", "challenge"];

    /// <summary>What is told of a transcription, in the order in which it happens.</summary>
    public static IReadOnlyList<string> Told { get; } = [Created, Processing, Completed, Deleted];

    /// <summary>Whether it has happened to a transcription that is there, by its status. One that was deleted is not there.</summary>
    public static bool Happened(string told, string? status) => told switch
    {
        Created => true,
        Processing => status is not "NotStarted",
        Completed => status is "Succeeded" or "Failed",
        _ => false,
    };

    /// <summary>Its name among the events that a hook is for.</summary>
    public static string NameOf(string told) => char.ToLowerInvariant(told[0]) + told[1..];
}
