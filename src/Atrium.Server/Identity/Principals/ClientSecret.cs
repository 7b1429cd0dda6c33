using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Atrium.Server.Identity.Principals;

/// <summary>
/// A secret of a service principal. Made here of 32 random bytes, so a plain hash is enough: there is nothing to guess it from.
/// </summary>
internal sealed record ClientSecret(string KeyId, string DisplayName, string Hint, string Hash, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>Two, so that one can be replaced while the other works.</summary>
    public const int MostPerPrincipal = 2;

    private const string ListName = "passwordCredentials";
    private const int SecretBytes = 32;
    private const int HintLength = 3;

    /// <summary>A new one, and its text, which is shown once.</summary>
    public static (ClientSecret Secret, string Text) Make(string displayName, DateTimeOffset start, DateTimeOffset end)
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return (new(Guid.NewGuid().ToString(), displayName, text[..HintLength], HashOf(text), start, end), text);
    }

    public static ImmutableArray<ClientSecret> ReadAll(JsonObject inner) => [.. (inner[ListName] as JsonArray ?? []).Select(Read)];

    public static void WriteAll(JsonObject inner, IEnumerable<ClientSecret> secrets) => inner[ListName] = new JsonArray([.. secrets.Select(s => (JsonNode)s.ToStored())]);

    public bool IsGood(DateTimeOffset now) => Start <= now && now < End;

    /// <summary>Takes the same time whatever the text.</summary>
    public bool Matches(string text) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash), Encoding.ASCII.GetBytes(HashOf(text)));

    /// <summary>What callers may see of it.</summary>
    public JsonObject ToView() => new()
    {
        ["keyId"] = KeyId,
        ["displayName"] = DisplayName,
        ["hint"] = Hint,
        ["startDateTime"] = Start.UtcDateTime,
        ["endDateTime"] = End.UtcDateTime,
    };

    private JsonObject ToStored()
    {
        var stored = ToView();
        stored["hash"] = Hash;
        return stored;
    }

    private static ClientSecret Read(JsonNode? stored) => new(
        (string)stored!["keyId"]!,
        (string)stored["displayName"]!,
        (string)stored["hint"]!,
        (string)stored["hash"]!,
        Time(stored["startDateTime"]),
        Time(stored["endDateTime"]));

    private static DateTimeOffset Time(JsonNode? text) => DateTimeOffset.Parse(text!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
