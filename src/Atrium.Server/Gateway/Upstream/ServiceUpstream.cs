using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>What a service behind a connection answered.</summary>
internal sealed record ServiceAnswer(string ContentType, byte[] Body);

/// <summary>Asks an Azure AI service behind a connection that says that it serves an operation.</summary>
internal sealed class ServiceUpstream(ServiceConnections connections, UpstreamConnections upstreams, UpstreamClient client)
{
    private const int LongestAnswer = 32 * 1024 * 1024;

    /// <summary>The answer; null where no connection serves the operation, and nothing has been read of the content then.</summary>
    /// <param name="call">For whom.</param>
    /// <param name="kind">Of the service.</param>
    /// <param name="operation">As connections name it.</param>
    /// <param name="pathAndQuery">Behind the connection's target.</param>
    /// <param name="content">Makes the body.</param>
    /// <param name="patience">How long the answer may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The service refused, failed or was not reached.</exception>
    public async Task<ServiceAnswer?> TryAskAsync(
        GatewayCall call, string kind, string operation, string pathAndQuery, Func<HttpContent> content, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (await connections.FindAsync(call.Owner, kind, operation, cancellationToken) is not { } connection)
        {
            return null;
        }

        var upstream = await upstreams.FindAsync(call, connection.Id.Text, cancellationToken)
            ?? throw UpstreamRefusal.NotUsable($"'{connection.Id.Name}'");
        call.ModelName = $"connection {connection.Id.Name}";
        using var body = content();
        return await UpstreamAnswerReader.ReadAsync(
            $"the connection '{connection.Id.Name}'",
            upstream.Key,
            token => client.PostAsync(upstream, new($"{upstream.Target.AbsoluteUri.TrimEnd('/')}{pathAndQuery}"), ("Ocp-Apim-Subscription-Key", upstream.Key), body, token),
            LongestAnswer,
            patience,
            cancellationToken);
    }
}
