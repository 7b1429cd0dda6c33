namespace Atrium.Server.Hosting.Instance;

/// <summary>
/// Who this node is among the nodes of an installation. It stays with the data folder, which has one server at a time, so a node that comes back after a crash
/// knows what it was working on.
/// </summary>
internal static class NodeId
{
    private const string FileName = "node-id";

    public static string ReadOrCreate(string data)
    {
        PrivateFile.CreateFolder(RunningServer.FolderIn(data));
        var path = Path.Combine(RunningServer.FolderIn(data), FileName);
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, Guid.NewGuid().ToString());
        }

        return File.ReadAllText(path);
    }
}
