using System.Text;

namespace Atrium.Server.Hosting.Logs;

/// <summary>A log file of bounded size: a full one becomes <c>.1</c>, the one before it <c>.2</c>, and so on; the oldest goes.</summary>
internal sealed class RollingFile(string path, long maxBytes, int keep) : IDisposable
{
    private readonly Lock gate = new();
    private FileStream? file;

    public void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        lock (gate)
        {
            file ??= Open();
            if (file.Length > 0 && file.Length + bytes.Length > maxBytes)
            {
                file.Dispose();
                Roll();
                file = Open();
            }

            file.Write(bytes);
            file.Flush();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            file?.Dispose();
            file = null;
        }
    }

    private FileStream Open() => new(path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        UnixCreateMode = PrivateFile.OwnerOnly,
    });

    private void Roll()
    {
        for (var number = keep - 1; number >= 0; number--)
        {
            var from = number == 0 ? path : $"{path}.{number}";
            if (File.Exists(from))
            {
                File.Move(from, $"{path}.{number + 1}", overwrite: true);
            }
        }
    }
}
