using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Connections.Audit;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Connections.Health;

/// <summary>
/// <c>POST {connection}/testconnection</c> (WorkspaceConnections_TestConnection): calls what the connection leads to, as a call through it would, and tells what came of
/// it. What works ends the operation well; anything else fails it with a code and a sentence. With a body, its properties are tested in place of the stored ones.
/// </summary>
internal sealed class ConnectionTest(EgressClient egress, ConnectionSecrets secrets, ConnectionUses uses, TimeProvider clock)
{
    public static readonly EgressDoor Door = new("connection-test", "The target of a connection that somebody has tested");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public async Task<ActionResult> RunAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var (properties, credentials) = await WantedAsync(call, cancellationToken);
        var outcome = await TestAsync(call.Resource, properties, credentials, cancellationToken);
        uses.Note(call.Resource.Id, new(call.Caller.ObjectId, "testconnection"));
        var now = clock.GetUtcNow();
        if (call.Body is null)
        {
            var kept = ConnectionUses.HealthWrite(call.Resource.Id, new(outcome.Result, outcome.Message, now));
            await call.Reader.Store.CommitAsync(new() { Resources = [kept] }, cancellationToken);
        }

        return outcome.Works
            ? ActionResult.Ok(new JsonObject { ["result"] = outcome.Result, ["message"] = outcome.Message, ["httpStatus"] = outcome.HttpStatus, ["testedAt"] = now.ToString("O", CultureInfo.InvariantCulture) })
            : throw ApiException.Upstream(StatusCodes.Status502BadGateway, outcome.Result, outcome.Message);
    }

    private async ValueTask<(JsonObject Properties, JsonObject? Credentials)> WantedAsync(ActionContext call, CancellationToken cancellationToken)
    {
        if (call.Body is { } body)
        {
            var problems = new List<Problem>();
            var sent = EditRules.ReadPut(ConnectionShape.Body, body, problems)["properties"] as JsonObject ?? [];
            return problems.Count > 0 ? throw ApiException.Invalid(problems)
                : sent["credentials"] is JsonObject given ? (sent, given)
                : SameTarget(sent, call.Resource.Properties) ? (sent, await StoredAsync(call, cancellationToken))
                : (sent, null);
        }

        return (call.Resource.Properties, await StoredAsync(call, cancellationToken));
    }

    /// <summary>A stored credential goes to no other target than it was stored for.</summary>
    private static bool SameTarget(JsonObject sent, JsonObject stored) =>
        sent.Text("target") == stored.Text("target") && string.Equals(sent.Text("category"), stored.Text("category"), StringComparison.OrdinalIgnoreCase) && sent.Text("authType") == stored.Text("authType");

    private async ValueTask<JsonObject?> StoredAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var read = await secrets.ReadAsync(call.Resource, call.Caller.ObjectId, Guid.NewGuid().ToString(), cancellationToken);
        return ConnectionSecrets.IsIncomplete(call.Resource, read)
            ? throw ApiException.Unavailable("SecretNotReadable", "The connection's secret in the key vault is disabled or deleted, or its vault is.")
            : read.GetValueOrDefault(ConnectionShape.CredentialsSecret) as JsonObject;
    }

    private async Task<Outcome> TestAsync(Resource connection, JsonObject properties, JsonObject? credentials, CancellationToken cancellationToken)
    {
        if (ConnectionProbe.Of(properties, credentials) is not { } probe)
        {
            return new("NotTestable", $"A connection of category '{properties.Text("category")}' to a target that is no http or https address cannot be tested here; nothing was called.", Works: true);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, probe.Address);
        if (probe.Header is { } header)
        {
            request.Headers.TryAddWithoutValidation(header, probe.Value);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var pass = new EgressPass(Door, connection.Id.Parent!.Key) { Granted = ConnectionTarget.GrantedOf(connection) };
            using var answer = await egress.SendAsync(pass, request, limit.Token);
            return Judge(probe, properties, (int)answer.StatusCode);
        }
        catch (EgressRefusedException refused)
        {
            return new(refused.Refusal is EgressRefusal.NoRule ? "OutboundRuleMissing" : "TargetUnreachable", $"The target may not be called. {refused.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new("TargetUnreachable", $"The target did not answer within {Patience.TotalSeconds} seconds.");
        }
        catch (HttpRequestException failed)
        {
            return new("TargetUnreachable", failed.HttpRequestError is HttpRequestError.SecureConnectionError ? "The target's certificate is not trusted, or it does not speak TLS." : $"The target cannot be reached ({failed.HttpRequestError}).");
        }
    }

    private static Outcome Judge(ConnectionProbe probe, JsonObject properties, int status) => status switch
    {
        >= 500 => new("TargetFailed", $"The target answered {status}.", HttpStatus: status),
        _ when !probe.IsOfCategory => new(
            "Reachable", $"The target answered {status}. For the category '{properties.Text("category")}' no call is known here that would show whether the credential is taken, so none was sent.", Works: true, status),
        _ when probe.Header is null => new("Reachable", $"The target answered {status}. No credential was sent: with the auth type '{properties.Text("authType")}' the connection has none that a test could send.", Works: true, status),
        < 300 => new("Healthy", "The target answered and took the credential.", Works: true, status),
        401 or 403 => new("CredentialRefused", $"The target refused the credential ({status}).", HttpStatus: status),
        _ => new("Reachable", $"The target answered {status}; whether it takes the credential was not shown by that.", Works: true, status),
    };

    /// <param name="Result">One word.</param>
    /// <param name="Message">A sentence, without secrets.</param>
    /// <param name="Works">Whether anything is wrong with the connection, as far as was seen.</param>
    /// <param name="HttpStatus">The target's answer; null where none came.</param>
    private sealed record Outcome(string Result, string Message, bool Works = false, int? HttpStatus = null);
}
