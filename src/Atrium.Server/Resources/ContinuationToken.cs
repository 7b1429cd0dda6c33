using System.Buffers.Text;
using System.Text;
using Atrium.Server.Hosting;

namespace Atrium.Server.Resources;

/// <summary>Where the next page of a list begins. Opaque to callers: the key of the last resource shown.</summary>
internal static class ContinuationToken
{
    private const int MaxLength = 4096;

    public static string Write(string lastKey) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(lastKey));

    /// <exception cref="ApiException">400: no token of ours.</exception>
    public static string? Read(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        if (token.Length <= MaxLength && Base64Url.IsValid(token))
        {
            var key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
            if (key.StartsWith('/'))
            {
                return key;
            }
        }

        throw ApiException.BadRequest("InvalidSkipToken", "'$skipToken' is not one that a 'nextLink' gave.", "$skipToken");
    }
}
