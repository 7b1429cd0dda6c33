namespace Atrium.Server.Identity.Tokens;

/// <summary>What the <c>scope</c> of a token request asks for. Pure.</summary>
/// <param name="Audience">The resource as the caller named it, which becomes the token's <c>aud</c>.</param>
/// <param name="Resource">What that name stands for.</param>
internal sealed record TokenScope(string Audience, TokenResource Resource)
{
    private const StringComparison NoCase = StringComparison.OrdinalIgnoreCase;

    /// <summary>Scopes of OpenID Connect: they name no resource.</summary>
    private static readonly string[] Plain = ["openid", "profile", "email", "offline_access"];

    public static bool TryRead(string? text, out TokenScope? scope, out TokenError? error)
    {
        (scope, error) = (null, null);
        var named = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(s => !Plain.Contains(s, StringComparer.OrdinalIgnoreCase)).ToList();
        if (named.Count == 0)
        {
            error = TokenErrors.NoResource;
            return false;
        }

        var audiences = named.Select(AudienceOf).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (audiences is not [{ } audience])
        {
            error = audiences.Contains(null) ? TokenErrors.InvalidScope(text!) : TokenErrors.SeveralResources;
            return false;
        }

        if (TokenResources.Find(audience) is not { } resource)
        {
            error = TokenErrors.UnknownResource(audience);
            return false;
        }

        scope = new(audience, resource);
        return true;
    }

    /// <summary><c>https://host/.default</c> is for <c>https://host</c>; with two slashes the name itself ends with one.</summary>
    private static string? AudienceOf(string scope)
    {
        var slash = scope.LastIndexOf('/');
        return slash > 0 && scope.StartsWith("https://", NoCase) && slash > "https://".Length && slash < scope.Length - 1 ? scope[..slash] : null;
    }
}
