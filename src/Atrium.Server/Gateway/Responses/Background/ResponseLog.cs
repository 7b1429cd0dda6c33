using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Responses.Background;

/// <summary>
/// The events of a response that is made in the background, as they go to whoever follows it, in a file of the job's folder. When the work is begun again after a
/// crash a new log begins in a file of its own, with higher numbers, so that a follower who asks for what came after the last number he saw gets all of the new answer.
/// A log is named by its first number, which a second crash can then not lose, however early it comes; all of them go with the folder.
/// </summary>
internal sealed class ResponseLog : IDisposable
{
    private const string FileName = "events";
    private readonly ArrayBufferWriter<byte> pending = new();
    private readonly FileStream file;

    private ResponseLog(FileStream file, int sequence)
    {
        this.file = file;
        Events = new(pending, sequence);
    }

    /// <summary>Where events are written; they are in the file after the next <see cref="FlushAsync"/>.</summary>
    public ResponseEvents Events { get; }

    /// <summary>The file of the newest try; null before the first.</summary>
    public static string? NewestIn(string folder) => System.IO.Directory.Exists(folder) ? System.IO.Directory.EnumerateFiles(folder, $"{FileName}*").MaxBy(FirstOf) : null;

    public static ResponseLog Begin(string folder)
    {
        var earlier = NewestIn(folder);
        var sequence = earlier is null ? 0 : NextAfter(File.ReadAllText(earlier)) ?? FirstOf(earlier);
        var path = Path.Combine(folder, sequence == 0 ? FileName : $"{FileName}-{sequence}");
        return new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete), sequence);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await file.WriteAsync(pending.WrittenMemory, cancellationToken);
        await file.FlushAsync(cancellationToken);
        pending.ResetWrittenCount();
    }

    public void Dispose() => file.Dispose();

    /// <summary>The number of an event; -1 where it has none.</summary>
    public static int NumberOf(ReadOnlySpan<byte> item)
    {
        var data = item.IndexOf("\ndata: "u8);
        return data < 0 ? -1 : (int?)JsonNode.Parse(item[(data + 7)..])?["sequence_number"] ?? -1;
    }

    private static int FirstOf(string path) => int.TryParse(Path.GetFileName(path).AsSpan(FileName.Length).TrimStart('-'), NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : 0;

    /// <summary>Null for a log without a whole event.</summary>
    private static int? NextAfter(string log)
    {
        // What a crash cut off in its midst has no end, and nobody was sent it.
        var whole = log[..(log.LastIndexOf("\n\n", StringComparison.Ordinal) + 1)].TrimEnd('\n');
        var last = whole[(whole.LastIndexOf("\n\n", StringComparison.Ordinal) + 1)..];
        return last.Length == 0 ? null : NumberOf(Encoding.UTF8.GetBytes(last)) + 1;
    }
}
