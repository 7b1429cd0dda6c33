using System.Buffers.Text;
using System.Text;
using Atrium.Server.Hosting;

namespace Atrium.Server.Resources;

/// <summary>Where the next page of a list begins. Opaque to callers: the key of the last resource shown.</summary>
internal static class ContinuationToken
{
    private const int MaxLength = 4096;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Write(string lastKey) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(lastKey));

    /// <param name="token">As the caller sent it.</param>
    /// <param name="prefix">What the keys of the list begin with: a token of another list is none of this one's.</param>
    /// <exception cref="ApiException">400: no token of ours.</exception>
    public static string? Read(string? token, string prefix = "/")
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        return token.Length <= MaxLength && TryDecode(token) is { } key && key.StartsWith(prefix, StringComparison.Ordinal) && !key.Any(char.IsControl)
            ? key
            : throw ApiException.BadRequest("InvalidSkipToken", "'$skipToken' is not one that a 'nextLink' gave.", "$skipToken");
    }

    /// <summary>Null for what no key can be: a database would refuse to compare with it.</summary>
    private static string? TryDecode(string token)
    {
        try
        {
            return Base64Url.IsValid(token) ? Strict.GetString(Base64Url.DecodeFromChars(token)) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
