using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;

namespace Atrium.Server.AiServices;

/// <summary>
/// The names by which accounts are addressed (<c>/ai/{name}/</c>): one account a name over the whole installation. A name is held by a stored row, written in
/// the account's own transaction, so two writers at once cannot both have it.
/// </summary>
internal static partial class SubdomainNames
{
    private const string Type = "atrium.internal/subdomains";
    private const int HashCharacters = 6;

    /// <summary>What an account is called when its maker does not say.</summary>
    public static string DefaultOf(ResourceId account) => Unwanted().Replace(account.Name.ToLowerInvariant(), "-").Trim('-');

    /// <summary>The second choice, when another account has the first.</summary>
    public static string FallbackOf(ResourceId account) =>
        $"{DefaultOf(account)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account.Key)))[..HashCharacters]}";

    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Whether no other account holds it.</summary>
    public static async ValueTask<bool> IsFreeAsync(string name, ResourceId? account, IAtriumStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(KeyOf(name), cancellationToken) is not { } held || held.Link == account?.Key;

    public static ResourceWrite Hold(string name, ResourceId account) => new()
    {
        Key = KeyOf(name),
        Type = Type,
        Expect = Expect.Nothing,
        Resource = new() { Key = KeyOf(name), Id = KeyOf(name), Type = Type, Body = "{}", Link = account.Key },
    };

    public static ResourceWrite Release(string name) => new() { Key = KeyOf(name), Type = Type, Expect = Expect.Anything };

    private static string KeyOf(string name) => $"/providers/{Type}/{name.ToLowerInvariant()}";

    [GeneratedRegex("[^a-z0-9-]+")]
    private static partial Regex Unwanted();

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}[a-zA-Z0-9]$")]
    private static partial Regex Name();
}
