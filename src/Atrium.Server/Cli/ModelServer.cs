using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Upstream;

namespace Atrium.Server.Cli;

/// <summary>A model server that the operator names, asked by his own command on his own machine before the hub is told of it.</summary>
internal static class ModelServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The names of its models (OpenAI, list models).</summary>
    /// <exception cref="CliException">It cannot be reached, refuses, or answers something else.</exception>
    public static async Task<IReadOnlyList<string>> ModelsAsync(Uri server, string? key, CancellationToken cancellationToken)
    {
        var address = UpstreamClient.AddressOf(new("OpenAI", server, key, null, ""), "models", "");
#pragma warning disable RS0030 // The operator's own call, as curl would make it: no hub and no caller of one is behind it.
        using var http = new HttpClient { Timeout = Patience };
#pragma warning restore RS0030
        http.DefaultRequestHeaders.Authorization = key is null ? null : new("Bearer", key);
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return answer.IsSuccessStatusCode ? Read(text, address) : throw new CliException($"{address} answered {(int)answer.StatusCode}.");
        }
        catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"{address} cannot be reached: {failed.InnerException?.Message ?? failed.Message}");
        }
    }

    private static IReadOnlyList<string> Read(string text, Uri address)
    {
        try
        {
            return [.. (JsonNode.Parse(text)?["data"] as JsonArray ?? []).Select(model => (string?)model?["id"]).OfType<string>()];
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new CliException($"{address} is no list of models as an OpenAI-shaped server gives it.");
        }
    }
}
