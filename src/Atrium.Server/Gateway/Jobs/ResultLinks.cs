using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>What a link to a result says, sealed so that nobody but this installation can write one.</summary>
/// <param name="Job">Key of the job.</param>
/// <param name="File">Id of the file.</param>
/// <param name="Until">When it ends.</param>
internal sealed record ResultLink(string Job, string File, DateTimeOffset Until);

/// <summary>Links to results that need no key, as the published ones are: whoever holds one reads that one file, until it ends.</summary>
internal sealed class ResultLinks(ISecretCipher cipher, TimeProvider clock)
{
    private const string Place = "/providers/atrium.internal/transcriptionlinks";
    private const string Name = "link";
    private const int LongestToken = 4096;

    public string Write(ResultLink link) => Base64Url.EncodeToString(cipher.Encrypt(Place, Name, JsonSerializer.Serialize(link)));

    /// <summary>Null for one that is none of ours, or is over.</summary>
    public ResultLink? Read(string token)
    {
        if (token.Length > LongestToken || !Base64Url.IsValid(token))
        {
            return null;
        }

        try
        {
            var link = JsonSerializer.Deserialize<ResultLink>(cipher.Decrypt(Place, Name, Base64Url.DecodeFromChars(token)));
            return link?.Until > clock.GetUtcNow() ? link : null;
        }
        catch (Exception forged) when (forged is CryptographicException or ArgumentException or JsonException)
        {
            return null;
        }
    }
}
