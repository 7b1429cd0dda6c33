using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>Where jobs keep what they work on and what came of it: a folder each, in the data folder, which goes with the job.</summary>
internal sealed class JobFolders(IOptions<AtriumOptions> options)
{
    private readonly string folder = Path.Combine(options.Value.Data, "jobs");

    /// <summary>Of all jobs.</summary>
    public string Root => folder;

    /// <summary>A job's, made when it is first asked for.</summary>
    public string Of(KeptJob job) => Of(job.Row.Key);

    /// <summary>Of a job that is about to be kept: what its request brings may lie there before it is taken up.</summary>
    public string Of(KeyOwner owner, string kind, string id) => Of(owner.Id.Child(kind, id).Key);

    private string Of(string key)
    {
        PrivateFile.CreateFolder(folder);
        var path = Path.Combine(folder, NameOf(key));
        PrivateFile.CreateFolder(path);
        return path;
    }

    /// <summary>Takes a job's folder away.</summary>
    public void Remove(KeptJob job)
    {
        var path = Path.Combine(folder, NameOf(job));
        if (System.IO.Directory.Exists(path))
        {
            System.IO.Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>One name for one job of one owner, whatever callers put into ids.</summary>
    public static string NameOf(KeptJob job) => NameOf(job.Row.Key);

    private static string NameOf(string key) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)));
}
