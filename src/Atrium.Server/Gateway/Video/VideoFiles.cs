using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Video;

/// <summary>What a job over a video keeps in its folder: the video, how far it has been watched, what was seen, and the result.</summary>
/// <param name="folder">The job's.</param>
internal sealed class VideoFiles(string folder)
{
    public const string InputName = "input";

    /// <summary>The video; whole when it is there.</summary>
    public string Input => Path.Combine(folder, InputName);

    private string Position => Path.Combine(folder, "position.json");

    private string Result => Path.Combine(folder, "result.json");

    private string Metered => Path.Combine(folder, "metered");

    /// <summary>Whether the work has been counted.</summary>
    public bool IsMetered => File.Exists(Metered);

    /// <summary>How far the video has been watched, and what the next picture is compared with.</summary>
    public WatchPosition ReadPosition() => File.Exists(Position) ? JsonSerializer.Deserialize<WatchPosition>(File.ReadAllText(Position))! : new(TimeSpan.Zero, null, []);

    /// <summary>Written whole or not at all, with what was seen until there: after a crash neither runs ahead of the other.</summary>
    public void WritePosition(WatchPosition position) => PrivateFile.Write(Position, JsonSerializer.Serialize(position));

    public void WriteResult(JsonObject result) => PrivateFile.Write(Result, result.ToJsonString());

    /// <summary>Null while there is none.</summary>
    public JsonObject? ReadResult() => File.Exists(Result) ? JsonNode.Parse(File.ReadAllText(Result))!.AsObject() : null;

    public void MarkMetered() => PrivateFile.Write(Metered, "");
}

/// <summary>How far a video has been watched.</summary>
/// <param name="Time">Up to where.</param>
/// <param name="Gate">What the next picture is compared with.</param>
/// <param name="Shots">What was seen until there.</param>
internal sealed record WatchPosition(TimeSpan Time, byte[]? Gate, IReadOnlyList<Shot> Shots);

/// <summary>A stretch of a video that shows the same.</summary>
/// <param name="Start">When it begins; it goes to the next one.</param>
/// <param name="Things">What is there.</param>
/// <param name="People">How many of them are human beings.</param>
/// <param name="Text">Lines that can be read.</param>
/// <param name="Caption">A sentence put together from what is there.</param>
internal sealed record Shot(TimeSpan Start, IReadOnlyList<Thing> Things, int People, IReadOnlyList<string> Text, string Caption);

/// <summary>A thing in a picture.</summary>
internal sealed record Thing(string Name, float Confidence, int X, int Y, int Width, int Height);
