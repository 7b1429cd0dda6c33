using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Atrium.Server.Tests.Storage;

/// <summary>A shared access signature of a whole account: calls with it need no signing of their own, and it outlives every restart of the server.</summary>
internal static class AccountSas
{
    public static string Make(string account, string key)
    {
        const string version = "2024-11-04";
        var expiry = TimeProvider.System.GetUtcNow().AddHours(2).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var text = string.Join('\n', account, "rwdlac", "bf", "sco", "", expiry, "", "", version, "", "");
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(key), Encoding.UTF8.GetBytes(text)));
        return $"sv={version}&ss=bf&srt=sco&sp=rwdlac&se={Uri.EscapeDataString(expiry)}&sig={Uri.EscapeDataString(signature)}";
    }
}
