using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Batches;

/// <summary>
/// The answers of a batch under way, a line each, on the disk before the next step. After a crash a line that was not finished is cut off, and what is there is not
/// asked again.
/// </summary>
internal sealed class BatchOutput : IDisposable
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string path;
    private readonly FileStream file;
    private readonly Lock gate = new();
    private readonly BatchUsage usage = new();

    private BatchOutput(string path, FileStream file) => (this.path, this.file) = (path, file);

    /// <summary>The caller's names of lines that are answered.</summary>
    public HashSet<string> Answered { get; } = new(StringComparer.Ordinal);

    public int Completed { get; private set; }

    public int Failed { get; private set; }

    /// <summary>What was used so far, and by which model, as callers see it.</summary>
    public (string? Model, JsonObject? Usage) Used
    {
        get
        {
            lock (gate)
            {
                return (usage.Model, usage.View());
            }
        }
    }

    public static BatchOutput Open(string path)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = PrivateFile.OwnerOnly });
        var output = new BatchOutput(path, file);
        output.Resume();
        return output;
    }

    public void Add(JsonObject line)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line, Plain);
        lock (gate)
        {
            file.Write(bytes);
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
            Count(line);
        }
    }

    /// <summary>Writes the answers with that outcome to a file of their own, flushed. False where there is none.</summary>
    public async Task<bool> CopyAsync(string target, bool failed, CancellationToken cancellationToken)
    {
        var any = false;
        await using var copy = new FileStream(target, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = PrivateFile.OwnerOnly });
        await using var writer = new StreamWriter(copy);
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            if (IsFailed(JsonNode.Parse(line)!.AsObject()) == failed)
            {
                await writer.WriteAsync(line + "\n");
                any = true;
            }
        }

        await writer.FlushAsync(cancellationToken);
        copy.Flush(flushToDisk: true);
        return any;
    }

    public void Dispose() => file.Dispose();

    private void Resume()
    {
        var end = 0L;
        using (var reader = new StreamReader(file, leaveOpen: true))
        {
            while (reader.ReadLine() is { } line)
            {
                try
                {
                    Count(JsonNode.Parse(line)!.AsObject());
                    end += System.Text.Encoding.UTF8.GetByteCount(line) + 1;
                }
                catch (JsonException)
                {
                    break;
                }
            }
        }

        end = Math.Min(end, file.Length);
        file.SetLength(end);
        file.Seek(end, SeekOrigin.Begin);
        if (end > 0)
        {
            // A whole line whose end was not written yet.
            file.Seek(end - 1, SeekOrigin.Begin);
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }
    }

    private void Count(JsonObject line)
    {
        Answered.Add((string)line["custom_id"]!);
        if (IsFailed(line))
        {
            Failed++;
        }
        else
        {
            Completed++;
            usage.Add(line["response"]!["body"]);
        }
    }

    private static bool IsFailed(JsonObject line) => line["error"] is not null || (int?)line["response"]?["status_code"] is not 200;
}
