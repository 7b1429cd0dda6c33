using System.Net;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Sas;

/// <summary>Whether a shared access signature may be used now and from there. Pure.</summary>
internal static class SasRules
{
    private const string OldestVersion = "2015-04-05";

    /// <summary>Why not, in words; null where it may.</summary>
    /// <param name="sas">The signature.</param>
    /// <param name="policy">The stored policy that it names; null for none.</param>
    /// <param name="now">The time.</param>
    /// <param name="isHttps">Whether it came encrypted.</param>
    /// <param name="from">From where it came; null for a call within the server.</param>
    public static string? WhyNot(SasToken sas, StoredPolicy? policy, DateTimeOffset now, bool isHttps, IPAddress? from)
    {
        if (string.CompareOrdinal(sas.Version, OldestVersion) < 0)
        {
            return $"sv is mandatory and not before {OldestVersion}.";
        }

        if (sas.Identifier.Length > 0 && policy is null)
        {
            return "The policy that si names is not there.";
        }

        if ((sas["se"].Length > 0 && policy?.Expiry is not null) || (sas["st"].Length > 0 && policy?.Start is not null) || (sas.Permissions.Length > 0 && policy?.Permission is not null))
        {
            return "A value stands in the signature and in its stored policy.";
        }

        var (start, end) = (policy?.Start ?? sas["st"], policy?.Expiry ?? sas["se"]);
        if (SasToken.Time(end) is not { } expiry || expiry <= now)
        {
            return "Signature not valid in the specified time frame: se is mandatory and must lie ahead.";
        }

        if (start.Length > 0 && (SasToken.Time(start) is not { } begin || begin > now))
        {
            return "Signature not valid in the specified time frame: it does not hold yet.";
        }

        return sas["spr"] == "https" && !isHttps ? "The signature is for HTTPS only."
            : sas["sip"].Length > 0 && !IsWithin(sas["sip"], from) ? "The signature is not for this address."
            : sas["suoid"].Length > 0 ? "suoid needs access control lists, which are not kept here."
            : WhyNoDelegation(sas, now);
    }

    /// <summary>The letters of what it allows.</summary>
    public static string Letters(SasToken sas, StoredPolicy? policy) => policy?.Permission ?? sas.Permissions;

    private static string? WhyNoDelegation(SasToken sas, DateTimeOffset now)
    {
        if (!sas.IsDelegated)
        {
            return null;
        }

        return SasToken.Time(sas["skt"]) is not { } start || SasToken.Time(sas["ske"]) is not { } end || start > now || end <= now ? "The user delegation key does not hold at this time."
            : sas.Identifier.Length > 0 ? "A user delegation signature names no stored policy."
            : null;
    }

    private static bool IsWithin(string range, IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        var parts = range.Split('-');
        return IPAddress.TryParse(parts[0], out var first) && IPAddress.TryParse(parts[^1], out var last)
            && Bytes(address) is var bytes && Bytes(first) is var low && Bytes(last) is var high
            && bytes.Length == low.Length && bytes.Length == high.Length
            && bytes.AsSpan().SequenceCompareTo(low) >= 0 && bytes.AsSpan().SequenceCompareTo(high) <= 0;
    }

    private static byte[] Bytes(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
}
