using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault;

/// <summary>What calls of secrets and of keys have in common.</summary>
internal static class VaultRequests
{
    private const int LargestPage = 25;

    public static void DemandVersion(HttpRequest request)
    {
        if (string.IsNullOrEmpty(request.Query["api-version"]))
        {
            throw ApiException.BadRequest("BadParameter", "The query parameter 'api-version' is required, such as 7.5.", "api-version");
        }
    }

    public static async ValueTask<JsonObject> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await ResourceRequests.ReadBodyAsync(request, cancellationToken) ?? throw ApiException.BadRequest("BadParameter", "The request has no body.");

    /// <exception cref="ApiException">400 with all of them; this dialect has one code for it.</exception>
    public static void Demand(IReadOnlyList<Problem> problems)
    {
        if (problems.Count > 0)
        {
            throw ApiException.Invalid("BadParameter", problems);
        }
    }

    public static async Task<IResult> PageAsync(HttpContext context, Func<string?, int, ValueTask<IReadOnlyList<StoredResource>>> list, Func<VaultItem, JsonObject> view)
    {
        var query = context.Request.Query;
        var take = LargestPage;
        if (query["maxresults"].FirstOrDefault() is { } most && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take is < 1 or > LargestPage))
        {
            throw ApiException.BadRequest("BadParameter", $"'maxresults' must be a whole number from 1 to {LargestPage}; found '{most}'.", "maxresults");
        }

        var page = await list(ContinuationToken.Read(query["$skiptoken"].FirstOrDefault()), take + 1);
        var request = context.Request;
        var next = page.Count <= take ? null
            : $"{request.Scheme}://{request.Host}{request.Path}?api-version={Uri.EscapeDataString(query["api-version"].ToString())}&maxresults={take}&$skiptoken={ContinuationToken.Write(page[take - 1].Key)}";
        return Results.Json(new JsonObject { ["value"] = new JsonArray([.. page.Take(take).Select(row => view(new(row)))]), ["nextLink"] = next });
    }
}
