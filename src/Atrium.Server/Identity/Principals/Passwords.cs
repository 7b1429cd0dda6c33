using Atrium.Contracts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Identity.Principals;

/// <summary>Passwords: what they must be, and their hashes (PBKDF2 with HMAC-SHA512, by ASP.NET Core Identity).</summary>
internal sealed class Passwords
{
    public const int MinLength = 12;
    public const int MaxLength = 256;
    private const int MinDistinct = 5;
    private const int Iterations = 210_000;

    private readonly PasswordHasher<string> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly Lazy<string> nobodys;

    public Passwords() => nobodys = new(() => hasher.HashPassword("", Guid.NewGuid().ToString()));

    public static IEnumerable<Problem> Check(string password, string userName, string field)
    {
        if (password.Length is < MinLength or > MaxLength)
        {
            yield return new(field, $"'{field}' must have {MinLength} to {MaxLength} characters; it has {password.Length}.");
        }

        if (password.Distinct().Count() < MinDistinct)
        {
            yield return new(field, $"'{field}' must have at least {MinDistinct} different characters.");
        }

        if (password.Contains(userName, StringComparison.OrdinalIgnoreCase))
        {
            yield return new(field, $"'{field}' must not contain the user's name.");
        }
    }

    public string Hash(string password) => hasher.HashPassword("", password);

    /// <summary>Whether the password is the one of the hash. Without a hash (no such user) it takes as long and is false.</summary>
    public bool Matches(string? hash, string password)
    {
        var result = hasher.VerifyHashedPassword("", hash ?? nobodys.Value, password);
        return hash is not null && result is not PasswordVerificationResult.Failed;
    }
}
