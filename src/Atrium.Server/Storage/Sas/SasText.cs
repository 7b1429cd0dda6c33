namespace Atrium.Server.Storage.Sas;

/// <summary>What shared access signatures are made over, version by version (Create a service SAS, an account SAS, a user delegation SAS). Pure.</summary>
internal static class SasText
{
    private const string WithResource = "2018-11-09";
    private const string WithIdentities = "2020-02-10";
    private const string WithScope = "2020-12-06";
    private const string WithDelegatedUser = "2025-07-05";
    private const string WithRequest = "2026-04-06";

    /// <summary>For an account's signature.</summary>
    public static string OfAccount(SasToken sas, string account)
    {
        List<string> lines = [account, sas.Permissions, sas.Services, sas.ResourceTypes, sas["st"], sas["se"], sas["sip"], sas["spr"], sas.Version];
        if (IsFrom(sas, WithScope))
        {
            lines.Add(sas["ses"]);
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <summary>For the signature of one container or blob, made with an account's key.</summary>
    /// <param name="sas">The signature.</param>
    /// <param name="resource">What it is for, with service and account: <c>/blob/account/container/name</c>.</param>
    /// <param name="snapshot">The snapshot that it is for; empty for none.</param>
    public static string OfService(SasToken sas, string resource, string snapshot)
    {
        List<string> lines = [sas.Permissions, sas["st"], sas["se"], resource, sas.Identifier, sas["sip"], sas["spr"], sas.Version];
        if (IsFrom(sas, WithResource))
        {
            lines.AddRange([sas.Resource, snapshot]);
        }

        if (IsFrom(sas, WithScope))
        {
            lines.Add(sas["ses"]);
        }

        return string.Join('\n', [.. lines, .. Headers(sas)]);
    }

    /// <summary>The same, made with the key of an identity.</summary>
    /// <param name="sas">The signature.</param>
    /// <param name="resource">As above.</param>
    /// <param name="snapshot">As above.</param>
    /// <param name="request">Of which headers and query parameters may be signed too.</param>
    public static string OfIdentity(SasToken sas, string resource, string snapshot, HttpRequest? request)
    {
        List<string> lines = [sas.Permissions, sas["st"], sas["se"], resource, sas.DelegatedBy, sas["sktid"], sas["skt"], sas["ske"], sas["sks"], sas["skv"]];
        if (IsFrom(sas, WithIdentities))
        {
            lines.AddRange([sas["saoid"], sas["suoid"], sas["scid"]]);
        }

        if (IsFrom(sas, WithDelegatedUser))
        {
            lines.AddRange([sas["skdutid"], sas.DelegatedTo]);
        }

        lines.AddRange([sas["sip"], sas["spr"], sas.Version, sas.Resource, snapshot]);
        if (IsFrom(sas, WithScope))
        {
            lines.Add(sas["ses"]);
        }

        if (IsFrom(sas, WithRequest))
        {
            lines.Add(string.Concat(Names(sas["srh"]).Select(name => $"{name}:{(string?)request?.Headers[name]}\n")));
            lines.Add(string.Concat(Names(sas["srq"]).Select(name => $"\n{name}:{(string?)request?.Query[name]}")));
        }

        return string.Join('\n', [.. lines, .. Headers(sas)]);
    }

    /// <summary>For the signature of one share or file, made with an account's key. The file service has neither snapshots nor scopes of encryption in it.</summary>
    public static string OfFiles(SasToken sas, string resource) =>
        string.Join('\n', [sas.Permissions, sas["st"], sas["se"], resource, sas.Identifier, sas["sip"], sas["spr"], sas.Version, .. Headers(sas)]);

    /// <summary>The same, made with the key of an identity.</summary>
    public static string OfFilesOfIdentity(SasToken sas, string resource) => string.Join(
        '\n',
        [
            sas.Permissions, sas["st"], sas["se"], resource, sas.DelegatedBy, sas["sktid"], sas["skt"], sas["ske"], sas["sks"], sas["skv"], sas["skdutid"], sas.DelegatedTo,
            sas["sip"], sas["spr"], sas.Version, .. Headers(sas),
        ]);

    private static string[] Headers(SasToken sas) => [sas["rscc"], sas["rscd"], sas["rsce"], sas["rscl"], sas["rsct"]];

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsFrom(SasToken sas, string version) => string.CompareOrdinal(sas.Version, version) >= 0;
}
