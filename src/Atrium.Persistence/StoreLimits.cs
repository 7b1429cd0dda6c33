using System.Text;

namespace Atrium.Persistence;

/// <summary>
/// How long the names may be that the store orders and finds by, in bytes of UTF-8. What an index holds together stays
/// below the 2,704 bytes that an index entry of PostgreSQL may have; SQLite obeys the same, so that data can move.
/// </summary>
public static class StoreLimits
{
    /// <summary>A resource's key, its link, and the id in an activity row.</summary>
    public const int KeyBytes = 1100;

    /// <summary>A resource's type.</summary>
    public const int TypeBytes = 256;

    /// <summary>The name of a secret or of a value, and an operation's id.</summary>
    public const int NameBytes = 512;

    internal static void CheckKey(string key, string argument) => Check(key, KeyBytes, argument);

    internal static void CheckType(string type, string argument) => Check(type, TypeBytes, argument);

    internal static void CheckName(string name, string argument) => Check(name, NameBytes, argument);

    private static void Check(string text, int bytes, string argument)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, argument);
        if (text.Length > bytes || Encoding.UTF8.GetByteCount(text) > bytes)
        {
            throw new ArgumentException($"At most {bytes} bytes are allowed; this has {Encoding.UTF8.GetByteCount(text)}.", argument);
        }
    }
}
