using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Portal.Hosting;

namespace Atrium.Portal.Api;

/// <summary>Calls of models, safety, speech, vision and translation, with the signed-in user's own token.</summary>
public sealed class ModelCalls(HubApi api)
{
    private const string StreamEnd = "[DONE]";

    /// <summary>Posts a document and reads one.</summary>
    /// <exception cref="HubApiException">The answer is no 2xx, or no JSON.</exception>
    public Task<JsonNode> PostAsync(string path, JsonNode body, CancellationToken cancellationToken) => PostAsync(path, JsonContent.Create(body), cancellationToken);

    /// <summary>Posts anything and reads a document.</summary>
    /// <exception cref="HubApiException">The answer is no 2xx, or no JSON.</exception>
    public async Task<JsonNode> PostAsync(string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        return await ReadAsync(request, cancellationToken);
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="HubApiException">The answer is no 2xx, or no JSON.</exception>
    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await ReadAsync(request, cancellationToken);
    }

    /// <summary>Makes a call and reads the bytes of its answer, at most so many. Whoever calls disposes the request.</summary>
    /// <exception cref="HubApiException">The answer is no 2xx, or longer.</exception>
    public async Task<byte[]> ReadBytesAsync(HttpRequestMessage request, int most, CancellationToken cancellationToken)
    {
        using var answer = await api.CallAsync(request, PortalTokenUse.AiServices, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > most)
            {
                throw new HubApiException(answer.StatusCode, "TooLarge", $"> {most} B", []);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Posts a document and reads the events of its answer as they come.</summary>
    /// <exception cref="HubApiException">The answer is no 2xx.</exception>
    public async IAsyncEnumerable<JsonObject> StreamAsync(string path, JsonNode body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        using var answer = await api.CallAsync(request, PortalTokenUse.AiServices, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.Data == StreamEnd)
            {
                yield break;
            }

            if (JsonNode.Parse(item.Data) is JsonObject part)
            {
                yield return part["error"] is JsonObject error ? throw new HubApiException(answer.StatusCode, error["code"]?.ToString() ?? "", error["message"]?.ToString() ?? "", []) : part;
            }
        }
    }

    private async Task<JsonNode> ReadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answer = await api.CallAsync(request, PortalTokenUse.AiServices, HttpCompletionOption.ResponseContentRead, cancellationToken);
        try
        {
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) ?? new JsonObject();
        }
        catch (JsonException)
        {
            throw new HubApiException(answer.StatusCode, "NotJson", "The answer is no JSON.", []);
        }
    }
}
