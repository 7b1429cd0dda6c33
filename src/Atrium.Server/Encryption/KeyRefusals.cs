using Atrium.Server.Hosting;

namespace Atrium.Server.Encryption;

/// <summary>What callers are told where a key may not be used.</summary>
internal static class KeyRefusals
{
    /// <summary>The code that the published storage service has for it.</summary>
    public const string Code = "KeyVaultEncryptionKeyNotFound";

    /// <param name="reason">What is wrong with the key, without naming it: a sentence.</param>
    public static ApiException Unavailable(string reason) => ApiException.Forbidden(
        Code, $"The data is encrypted with the hub's customer-managed key, which cannot be used now. {reason} Nothing is lost: it can be read again when the key is back.");
}
