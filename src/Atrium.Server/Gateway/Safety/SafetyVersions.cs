using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Published api-versions of Content Safety.</summary>
internal static class SafetyVersions
{
    private const string FirstWithRegex = "2024-09-01";

    private static readonly string[] All = ["2023-10-01", "2023-10-15-preview", "2024-02-15-preview", "2024-09-01", "2024-09-15-preview"];

    /// <summary>Refuses a call without an api-version that is known.</summary>
    public static void Demand(HttpContext context)
    {
        var version = Of(context);
        if (version.Length == 0)
        {
            throw ApiException.BadRequest("MissingApiVersionParameter", $"The api-version query parameter (?api-version=) is required. Supported: {string.Join(", ", All)}.", "api-version");
        }

        if (!All.Contains(version, StringComparer.OrdinalIgnoreCase))
        {
            throw ApiException.BadRequest("UnsupportedApiVersion", $"The api-version '{version}' is not supported here. Supported: {string.Join(", ", All)}.", "api-version");
        }
    }

    /// <summary>Whether items of blocklists have <c>isRegex</c> in the version of the call.</summary>
    public static bool HasRegex(HttpContext context) => string.CompareOrdinal(Of(context), FirstWithRegex) >= 0;

    public static string Of(HttpContext context) => context.Request.Query["api-version"].ToString();
}
