using System.Security.Cryptography;
using Atrium.Server.Encryption;
using Atrium.Server.Hosting;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Encryption;

/// <summary>How long the bytes of keys are in memory, and who reads the one that is in a file.</summary>
public sealed class DataKeyTests
{
    [Fact]
    public void A_key_that_was_withdrawn_is_zeroed_when_the_last_who_holds_it_gives_it_back()
    {
        var bytes = RandomNumberGenerator.GetBytes(DataKey.Size);
        var key = new DataKey(Guid.NewGuid(), bytes);
        var (first, second) = (key.TryHold()!, key.TryHold()!);
        key.Withdraw(why: null);
        Assert.Null(key.TryHold());
        first.Dispose();
        first.Dispose();
        Assert.Contains(bytes, b => b != 0);
        second.Derive([1], [2], new byte[DataKey.Size]);
        second.Dispose();
        Assert.All(bytes, b => Assert.Equal(0, b));
        Assert.Throws<ObjectDisposedException>(() => second.Derive([1], [2], new byte[DataKey.Size]));
    }

    [Fact]
    public void A_key_that_nobody_holds_is_zeroed_at_once()
    {
        var bytes = RandomNumberGenerator.GetBytes(DataKey.Size);
        new DataKey(Guid.NewGuid(), bytes).Withdraw("gone");
        Assert.All(bytes, b => Assert.Equal(0, b));
    }

    [Fact]
    public void One_that_is_taken_away_serves_nobody_who_still_holds_it()
    {
        var key = new DataKey(Guid.NewGuid(), RandomNumberGenerator.GetBytes(DataKey.Size));
        using var held = key.TryHold()!;
        key.Withdraw("The key is disabled; enable it.");
        Assert.Equal(KeyRefusals.Code, Assert.Throws<ApiException>(() => held.Derive([1], [2], new byte[DataKey.Size])).Code);
    }

    [Fact]
    public void An_answer_of_a_slow_vault_comes_before_the_last_one_is_too_old_and_a_refusal_within_the_minute()
    {
        Assert.True(HubKey.Recheck + ExternalVault.Patience < HubKey.Relied);
        Assert.True(HubKey.Relied + ExternalVault.Patience < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Key_files_are_their_owners_alone()
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        var files = Directory.GetFiles(Path.Combine(hub.Data, "keys"));
        Assert.Contains(files, file => Path.GetFileName(file) == "master.key");
        Assert.All(files, file => Assert.Equal(PrivateFile.OwnerOnly, File.GetUnixFileMode(file)));
    }
}
