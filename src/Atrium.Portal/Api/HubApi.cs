using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Portal.Hosting;
using Microsoft.AspNetCore.Components.Authorization;

namespace Atrium.Portal.Api;

/// <summary>The public API, called with the signed-in user's own token: the portal can do what he may do, and nothing else.</summary>
public sealed class HubApi(IPortalHost host, AuthenticationStateProvider signedIn)
{
    /// <summary>The most pages of a list that are read at once.</summary>
    private const int MostPages = 50;

    /// <summary>One thing or one page of a list.</summary>
    /// <exception cref="HubApiException">The API refuses.</exception>
    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Get, path, null, cancellationToken)).Body;

    /// <summary>Null where there is nothing, or nothing that this user may know of.</summary>
    public async Task<JsonObject?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(path, cancellationToken);
        }
        catch (HubApiException missing) when (missing.IsMissing)
        {
            return null;
        }
    }

    /// <summary>A list, page after page.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var all = new List<JsonObject>();
        string? next = path;
        for (var page = 0; next is not null && page < MostPages; page++)
        {
            var answer = await GetAsync(next, cancellationToken);
            all.AddRange((answer["value"] as JsonArray ?? []).OfType<JsonObject>());
            next = NextOf(answer);
        }

        return all;
    }

    /// <summary>Where the next page of a list is; null where there is none.</summary>
    public string? NextOf(JsonObject? page) => (string?)page?["nextLink"] is { Length: > 0 } link ? new Uri(host.Api.BaseAddress!, link).PathAndQuery : null;

    /// <summary>The same; null where this user may not list it.</summary>
    public async Task<IReadOnlyList<JsonObject>?> ListOrNoneAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync(path, cancellationToken);
        }
        catch (HubApiException missing) when (missing.IsMissing)
        {
            return null;
        }
    }

    /// <summary>Makes something that must not be there yet.</summary>
    public Task<ApiAnswer> CreateAsync(string path, JsonObject body, CancellationToken cancellationToken) => SendAsync(HttpMethod.Put, path, body, cancellationToken, onlyNew: true);

    /// <summary>What the server still waits for; null when it is ready.</summary>
    public async Task<string?> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var answer = await host.Api.GetAsync("/readyz", cancellationToken);
        return answer.IsSuccessStatusCode ? null
            : string.Join(", ", (JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))?["waitingFor"] as JsonArray ?? []).Select(w => w?.ToString()));
    }

    /// <summary>Finds resources over all subscriptions that the user may read.</summary>
    public async Task<FoundResources> FindResourcesAsync(string query, int skip, int take, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["query"] = query, ["options"] = new JsonObject { ["$skip"] = skip, ["$top"] = take } };
        var answer = (await SendAsync(HttpMethod.Post, ApiPaths.ResourceGraph, body, cancellationToken)).Body;
        return new((int)answer["totalRecords"]!, [.. answer["data"]!.AsArray().OfType<JsonObject>().Select(FoundResource.Read)]);
    }

    /// <summary>Any call of the resource API.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken, bool onlyNew = false, string? onlyVersion = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (onlyVersion is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", onlyVersion);
        }

        if (onlyNew)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        }

        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await CallAsync(request, PortalTokenUse.Management, HttpCompletionOption.ResponseContentRead, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return new(
            (int)answer.StatusCode,
            text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? [],
            answer.Headers.TryGetValues("Azure-AsyncOperation", out var operation) ? new Uri(operation.First()).PathAndQuery : null,
            answer.Headers.ETag?.ToString());
    }

    /// <summary>Any call at all. Whoever calls disposes the answer.</summary>
    /// <exception cref="HubApiException">The answer is no 2xx.</exception>
    public async Task<HttpResponseMessage> CallAsync(HttpRequestMessage request, PortalTokenUse use, HttpCompletionOption until, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(use, cancellationToken));
        HttpResponseMessage answer;
        try
        {
            answer = await host.Api.SendAsync(request, until, cancellationToken);
        }
        catch (HttpRequestException failed)
        {
            throw new HubApiException(0, "Unreachable", failed.Message, []);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw Refusal(answer, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    private static HubApiException Refusal(HttpResponseMessage answer, string text)
    {
        var error = Parse(text);
        return new(
            answer.StatusCode,
            error?.Code ?? answer.StatusCode.ToString(),
            error?.Message ?? $"{(int)answer.StatusCode} {answer.ReasonPhrase}",
            error?.Details ?? []);
    }

    private static ErrorBody? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject body && body["error"] is JsonObject error
                ? new()
                {
                    Code = error["code"]?.ToString() ?? "",
                    Message = error["message"]?.ToString() ?? "",
                    Details = [.. (error["details"] as JsonArray ?? []).OfType<JsonObject>().Select(d => new ErrorBody
                    {
                        Code = d["code"]?.ToString() ?? "",
                        Message = d["message"]?.ToString() ?? "",
                        Target = d["target"]?.ToString(),
                    })],
                }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async ValueTask<string> TokenAsync(PortalTokenUse use, CancellationToken cancellationToken)
    {
        var user = (await signedIn.GetAuthenticationStateAsync()).User;
        return user.FindFirst(PortalClaims.Session)?.Value is { } session && await host.FindTokenAsync(session, use, cancellationToken) is { } token
            ? token
            : throw new SignedOutException();
    }
}

/// <summary>An answer of the resource API.</summary>
/// <param name="Status">2xx.</param>
/// <param name="Body">Empty where there is none.</param>
/// <param name="Operation">Path at which a long-running operation is asked for its progress; null for none.</param>
/// <param name="ETag">The version; null for none.</param>
public sealed record ApiAnswer(int Status, JsonObject Body, string? Operation, string? ETag);
