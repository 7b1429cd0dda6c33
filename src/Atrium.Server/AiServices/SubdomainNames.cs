using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Resources;

namespace Atrium.Server.AiServices;

/// <summary>The names by which accounts are addressed (<c>/ai/{name}/</c>): one account a name over the whole installation.</summary>
internal static partial class SubdomainNames
{
    private const int HashCharacters = 6;
    private static readonly HeldNames Held = new("atrium.internal/subdomains");

    /// <summary>What an account is called when its maker does not say.</summary>
    public static string DefaultOf(ResourceId account) => Unwanted().Replace(account.Name.ToLowerInvariant(), "-").Trim('-');

    /// <summary>The second choice, when another account has the first.</summary>
    public static string FallbackOf(ResourceId account) =>
        $"{DefaultOf(account)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account.Key)))[..HashCharacters]}";

    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Whether no other account holds it.</summary>
    public static ValueTask<bool> IsFreeAsync(string name, ResourceId? account, IAtriumStore store, CancellationToken cancellationToken) =>
        Held.IsFreeAsync(name, account, store, cancellationToken);

    public static ResourceWrite Hold(string name, ResourceId account) => Held.Hold(name, account);

    public static ResourceWrite Release(string name) => Held.Release(name);

    [GeneratedRegex("[^a-z0-9-]+")]
    private static partial Regex Unwanted();

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}[a-zA-Z0-9]$")]
    private static partial Regex Name();
}
