using System.Collections.Immutable;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Which key signs, which are published, when the next is made. Pure.</summary>
internal static class SigningKeyRules
{
    /// <summary>How long a key signs before the next one is made.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(90);

    /// <summary>How long a new key is only published. Longer than nodes take to see it and clients to read the key set again.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    /// <summary>How long a key stays published after the next one took over. Longer than any token lives.</summary>
    public static readonly TimeSpan Behind = TimeSpan.FromDays(1);

    public static SigningKey Current(ImmutableArray<SigningKey> keys, DateTimeOffset now) => keys.LastOrDefault(k => k.Made + Ahead <= now) ?? keys[0];

    public static IReadOnlyList<SigningKey> Published(ImmutableArray<SigningKey> keys, DateTimeOffset now) =>
        [.. keys.Where((_, i) => i == keys.Length - 1 || now < keys[i + 1].Made + Ahead + Behind)];

    public static bool IsNextDue(ImmutableArray<SigningKey> keys, DateTimeOffset now) => keys[^1].Made + Period <= now;
}
