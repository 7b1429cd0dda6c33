using System.Text;

namespace Atrium.Server.Tests.Encryption;

/// <summary>Contents encrypted by setting, without a customer's key.</summary>
public sealed class ArtifactTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("an artifact to be found; ", 10_000)));

    [Fact]
    public async Task With_the_setting_contents_lie_encrypted_in_every_hub_each_projects_under_its_own_key()
    {
        await using var scene = await EncryptionScene.MakeAsync("--Encryption:Artifacts", "true");
        var hub = await scene.NewHubAsync("team", key: null);
        var (one, two) = (await scene.NewProjectAsync(hub, "one"), await scene.NewProjectAsync(hub, "two"));
        await scene.WriteAsync(one, "a.txt", Content);
        await scene.WriteAsync(two, "a.txt", Content);
        Assert.False(scene.IsOnDisk("an artifact to be found"));
        Assert.Equal(Content, await scene.ReadAsync(one, "a.txt"));
        Assert.Equal(Content, await scene.ReadAsync(two, "a.txt"));
        var heads = Directory.EnumerateFiles(Path.Combine(scene.Server.Data, "storage", "contents"), "*", SearchOption.AllDirectories).Select(path => new Guid(File.ReadAllBytes(path).AsSpan(8, 16), bigEndian: true)).ToHashSet();
        Assert.Equal([one.WorkspaceId, two.WorkspaceId], heads.ToHashSet());
    }
}
