using System.Security.Cryptography;
using System.Text;

namespace Atrium.Server.Identity;

/// <summary>The GUID that always comes of the same name (RFC 9562, version 5).</summary>
internal static class NameGuid
{
    /// <summary>Our own name space.</summary>
    private static readonly Guid Space = new("5d0f3c1e-8f0b-4a53-9a86-6c1f0e2b7d4a");

    public static Guid Of(string name)
    {
        byte[] text = [.. Space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
#pragma warning disable CA5350 // Version 5 is defined with SHA-1; the id names somebody, it proves nothing.
        var bytes = SHA1.HashData(text).AsSpan(0, 16);
#pragma warning restore CA5350
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x50);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }
}
