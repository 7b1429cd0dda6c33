using System.Security.Cryptography;
using Atrium.Server.Hosting;

namespace Atrium.Server.Tests.Hosting;

public sealed class SecretCipherTests
{
    private readonly SecretCipher cipher = new(RandomNumberGenerator.GetBytes(KeyFile.KeyBytes));

    [Fact]
    public void Many_threads_encrypt_and_decrypt_at_once()
    {
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            var secret = $"secret {i}";
            Assert.Equal(secret, cipher.Decrypt("/key", "name", cipher.Encrypt("/key", "name", secret)));
        });
    }

    [Theory]
    [InlineData("/other", "name")]
    [InlineData("/key", "other")]
    public void A_ciphertext_opens_only_in_its_place(string key, string name)
    {
        var ciphertext = cipher.Encrypt("/key", "name", "secret");
        Assert.ThrowsAny<CryptographicException>(() => cipher.Decrypt(key, name, ciphertext));
    }
}
