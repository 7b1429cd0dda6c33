using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>What a link to a result says, sealed so that nobody but this installation can write one.</summary>
/// <param name="Job">Key of the transcription.</param>
/// <param name="File">Id of the file.</param>
/// <param name="Until">When it ends.</param>
internal sealed record TranscriptionLink(string Job, string File, DateTimeOffset Until);

/// <summary>Links to results that need no key, as the published ones are: whoever holds one reads that one file, until it ends.</summary>
internal sealed class TranscriptionLinks(ISecretCipher cipher, TimeProvider clock)
{
    private const string Place = "/providers/atrium.internal/transcriptionlinks";
    private const string Name = "link";
    private const int LongestToken = 4096;

    public string Write(TranscriptionLink link) => Base64Url.EncodeToString(cipher.Encrypt(Place, Name, JsonSerializer.Serialize(link)));

    /// <summary>Null for one that is none of ours, or is over.</summary>
    public TranscriptionLink? Read(string token)
    {
        if (token.Length > LongestToken || !Base64Url.IsValid(token))
        {
            return null;
        }

        try
        {
            var link = JsonSerializer.Deserialize<TranscriptionLink>(cipher.Decrypt(Place, Name, Base64Url.DecodeFromChars(token)));
            return link?.Until > clock.GetUtcNow() ? link : null;
        }
        catch (Exception forged) when (forged is CryptographicException or ArgumentException or JsonException)
        {
            return null;
        }
    }
}
