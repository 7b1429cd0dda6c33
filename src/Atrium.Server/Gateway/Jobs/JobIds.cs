using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>Ids in the form of GUIDs, in the order of time, newest first, that nobody guesses. Lists go by them.</summary>
internal static class JobIds
{
    public static string New(DateTimeOffset now)
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        BinaryPrimitives.WriteInt64BigEndian(bytes, long.MaxValue - now.UtcTicks);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    public static bool IsId(string text) => Guid.TryParseExact(text, "D", out _);
}
