using System.Diagnostics;
using System.Text.Json;

namespace Atrium.Server.Hosting.Instance;

/// <summary>What a running server tells the commands about itself, in <c>run/server.json</c> of its data folder.</summary>
internal sealed record RunningServer
{
    private const string Folder = "run";

    public required int ProcessId { get; init; }

    public required string Endpoint { get; init; }

    public required string HttpsEndpoint { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public static string FolderIn(string data) => Path.Combine(data, Folder);

    public static string PathIn(string data) => Path.Combine(data, Folder, "server.json");

    /// <summary>The server that runs on this data folder; null when none does, whatever an earlier one left behind.</summary>
    public static RunningServer? Find(string data)
    {
        if (!InstanceLock.IsHeld(data))
        {
            return null;
        }

        try
        {
            // A server that just took the lock has not yet taken away what a killed one left.
            var running = JsonSerializer.Deserialize<RunningServer>(File.ReadAllText(PathIn(data)), JsonSerializerOptions.Web)!;
            using var process = Process.GetProcessById(running.ProcessId);
            return running;
        }
        catch (Exception notYet) when (notYet is IOException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    public void Write(string data) => PrivateFile.Write(PathIn(data), JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
}
