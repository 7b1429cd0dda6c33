namespace Atrium.Server.Identity.Tokens;

/// <summary>A refusal of the token endpoint, in the form that Microsoft Entra publishes.</summary>
/// <param name="Error">The error of OAuth 2.0.</param>
/// <param name="Code">The number behind AADSTS, which clients and people look up.</param>
/// <param name="Message">For people. The same words whether the name or the secret is wrong.</param>
internal sealed record TokenError(string Error, int Code, string Message)
{
    /// <summary>When to try again; the answer is then 429.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>The refusals there are.</summary>
internal static class TokenErrors
{
    public static TokenError MissingClient { get; } = new("invalid_request", 900144, "The request body must contain the following parameter: 'client_id'.");

    public static TokenError MissingSecret { get; } = new("invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");

    /// <summary>Also for an application that does not exist: a stranger learns no names.</summary>
    public static TokenError WrongSecret { get; } = new("invalid_client", 7000215, "Invalid client secret provided, or there is no such application.");

    public static TokenError ExpiredSecret { get; } = new("invalid_client", 7000222, "The provided client secret keys are expired. Make a new one with addPassword.");

    public static TokenError DisabledClient { get; } = new("unauthorized_client", 7000112, "The application is disabled.");

    public static TokenError WrongPassword { get; } = new("invalid_grant", 50126, "Error validating credentials due to invalid username or password.");

    public static TokenError DisabledUser { get; } = new("invalid_grant", 50057, "The user account is disabled.");

    public static TokenError StaleRefreshToken { get; } = new("invalid_grant", 50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.");

    public static TokenError NoResource { get; } = new("invalid_request", 900144, "The request body must contain the following parameter: 'scope', such as https://management.azure.com/.default.");

    public static TokenError SeveralResources { get; } = new("invalid_scope", 28000, "The provided value for the input parameter scope is not valid because it contains more than one resource.");

    public static TokenError InvalidScope(string scope) =>
        new("invalid_scope", 70011, $"The provided value for the input parameter 'scope' is not valid. The scope '{Shown(scope)}' is not valid. It is the resource's name with /.default behind it.");

    public static TokenError UnknownResource(string resource) =>
        new("invalid_resource", 500011, $"The resource principal named {Shown(resource)} was not found in the tenant.");

    public static TokenError UnknownTenant(string tenant) =>
        new("invalid_request", 90002, $"Tenant '{Shown(tenant)}' not found. This installation's tenant is its own; 'atrium status' shows it.");

    public static TokenError TooMany(TimeSpan retryAfter, string error) =>
        new(error, 50053, "Sign-in was tried too often with a wrong secret or password. Wait and try again.") { RetryAfter = retryAfter };

    /// <summary>What came from outside goes back short and without control characters.</summary>
    private static string Shown(string text) => new([.. text.Where(c => !char.IsControl(c) && c is not ('<' or '>' or '"')).Take(100)]);
}
