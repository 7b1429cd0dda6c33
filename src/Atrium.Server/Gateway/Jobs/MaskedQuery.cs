using System.Text.RegularExpressions;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>Addresses as they may be shown to whoever may read a thing, which is not everybody who may call there. Pure.</summary>
internal static partial class MaskedQuery
{
    private const string Masked = "$1Masked";

    /// <summary>Without the signature of a shared access signature.</summary>
    public static string Signature(string url) => SignatureValue().Replace(url, Masked);

    /// <summary>With the names in its query, and no value.</summary>
    public static string All(string url) => url.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? url[..query] + AnyValue().Replace(url[query..], Masked) : url;

    [GeneratedRegex("([?&]sig=)[^&#]*", RegexOptions.IgnoreCase)]
    private static partial Regex SignatureValue();

    [GeneratedRegex("((?:^[?]|&)(?>(?:[^=&#]*=)?))[^&#]+")]
    private static partial Regex AnyValue();
}
