using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Atrium.Server.Storage.Sas;

/// <summary>A shared access signature as a query carries it. Values are as they were signed: not trimmed, not reformatted.</summary>
internal sealed class SasToken(IReadOnlyDictionary<string, StringValues> query)
{
    private static readonly string[] OwnNames =
    [
        "sv", "ss", "srt", "spr", "st", "se", "sip", "si", "ses", "skoid", "sktid", "skt", "ske", "sks", "skv", "skdutid", "sr", "sp", "sig", "rscc", "rscd", "rsce", "rscl", "rsct",
        "saoid", "suoid", "scid", "sduoid", "srh", "srq", "sdd", "tn",
    ];

    public string Version => this["sv"];

    public string Signature => this["sig"];

    public string Permissions => this["sp"];

    public string Resource => this["sr"];

    /// <summary>Services of an account's signature; empty for that of one resource.</summary>
    public string Services => this["ss"];

    public string ResourceTypes => this["srt"];

    public string Identifier => this["si"];

    /// <summary>Object id of the identity in whose name it was made; empty where an account's key made it.</summary>
    public string DelegatedBy => this["skoid"];

    /// <summary>Object id of the only identity that may use it; empty for anybody.</summary>
    public string DelegatedTo => this["sduoid"];

    public bool IsOfAccount => Services.Length > 0;

    public bool IsDelegated => DelegatedBy.Length > 0;

    /// <summary>Empty where it is not there.</summary>
    public string this[string name] => query.TryGetValue(name, out var value) ? (string?)value ?? "" : "";

    /// <summary>The signature of a query; null where it has none.</summary>
    public static SasToken? Find(IQueryCollection query) => query.ContainsKey("sig") ? new(query.ToDictionary(q => q.Key, q => q.Value, StringComparer.OrdinalIgnoreCase)) : null;

    /// <summary>The same for a URL.</summary>
    public static SasToken? Find(Uri url)
    {
        var query = QueryHelpers.ParseQuery(url.Query);
        return query.ContainsKey("sig") ? new(new Dictionary<string, StringValues>(query, StringComparer.OrdinalIgnoreCase)) : null;
    }

    /// <summary>Whether a query's parameter belongs to a signature: such a one is in no log and in no copy's source.</summary>
    public static bool IsOwn(string parameter) => OwnNames.Contains(parameter, StringComparer.OrdinalIgnoreCase);

    public static DateTimeOffset? Time(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
