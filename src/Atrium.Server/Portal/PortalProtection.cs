using System.Security.Cryptography;
using Atrium.Server.Resources;
using Microsoft.AspNetCore.DataProtection;

namespace Atrium.Server.Portal;

/// <summary>
/// Protects what the framework hands to browsers and wants back (anti-forgery, the pages' circuits) with the installation's own data key, so that it is good on
/// every node and after a restart, and no second set of keys lies about.
/// </summary>
internal sealed class PortalProtection(ISecretCipher cipher, string purpose = "") : IDataProtector
{
    private const string Place = "portal";

    public IDataProtector CreateProtector(string purpose1) => new PortalProtection(cipher, $"{purpose}/{purpose1}");

    public byte[] Protect(byte[] plaintext) => cipher.Encrypt(Place, purpose, Convert.ToBase64String(plaintext));

    /// <exception cref="CryptographicException">It was not protected here, or for another purpose.</exception>
    public byte[] Unprotect(byte[] protectedData) => Convert.FromBase64String(cipher.Decrypt(Place, purpose, protectedData));
}
