using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Network.Rules;
using Atrium.Server.Resources;

namespace Atrium.Server.Network;

/// <summary>
/// <c>POST {workspace}/checkOutbound</c>: whether a host and port may be reached from a hub or project, by which rule, and if not, which rule is lacking. It
/// decides as the egress handler does, or as it is decided for programs in the managed network. Atrium's own; the published API has nothing like it.
/// </summary>
internal sealed class OutboundCheck(NetworkState networks, OutboundDecider decider) : IWorkspaceActions
{
    private const int Https = 443;
    private static readonly ImmutableArray<string> Protocols = [OutboundCall.Tcp, "UDP", "ICMP"];

    /// <summary>Whoever may have a workspace looked over may ask this too.</summary>
    public IEnumerable<ResourceAction> Actions => [new("POST", "checkOutbound", $"{Workspaces.Type}/diagnose/action", CheckAsync) { IsLogged = false }];

    private async Task<ActionResult> CheckAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var asked = Read(call.Body ?? []);
        var side = ReadSide(call.Body ?? []);
        var network = await networks.FindAsync(call.Resource.Stored.Key, cancellationToken);
        var (verdict, found) = await decider.DecideAsync(network, asked, side, cancellationToken);
        var rule = network.Rules.FirstOrDefault(rule => rule.Name == verdict.Rule);
        return ActionResult.Ok(new JsonObject
        {
            ["host"] = asked.Host,
            ["port"] = asked.Port,
            ["protocol"] = asked.Protocol,
            ["allowed"] = verdict.Answer is OutboundAnswer.Allowed,
            ["isolationMode"] = network.Mode,
            ["rule"] = rule is null ? null : new JsonObject { ["name"] = rule.Name, ["type"] = rule.Type },
            ["lacks"] = verdict is { Answer: OutboundAnswer.Denied, Rule: null } && network.Decide(asked).Answer is OutboundAnswer.Denied ? LackingRule.For(asked).Rule : null,
            ["reason"] = verdict.Reason,
            ["addresses"] = new JsonArray([.. found.Select(address => (JsonNode)address.ToString())]),
        });
    }

    private static OutboundSide ReadSide(JsonObject body) => body["from"] switch
    {
        null => OutboundSide.Server,
        JsonValue word when word.TryGetValue<string>(out var text) && Enum.TryParse<OutboundSide>(text, ignoreCase: true, out var side) && Enum.IsDefined(side) => side,
        _ => throw ApiException.Invalid("from", "'from' is server, for calls that the server makes for the hub, or compute, for programs in its managed network."),
    };

    private static OutboundCall Read(JsonObject body)
    {
        var problems = new List<Problem>();
        var host = body.Text("host") is { Length: > 0 } text ? text : null;
        if (host is null)
        {
            problems.Add(new("host", "'host' is required: a host name or IP address, such as pypi.org.", ProblemCodes.Required));
        }
        else if (!Uri.TryCreate(host.Contains(':', StringComparison.Ordinal) ? $"http://[{host.Trim('[', ']')}]/" : $"http://{host}/", UriKind.Absolute, out var uri) || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            problems.Add(new("host", $"'{host}' is no host name or IP address. Write it without scheme, port and path."));
        }
        else
        {
            host = EgressTarget.PlainHost(uri.IdnHost);
        }

        var port = body["port"] is null ? Https : body["port"] is JsonValue number && number.TryGetValue<int>(out var given) ? given : 0;
        if (port is < 1 or > ushort.MaxValue)
        {
            problems.Add(new("port", "'port' is a whole number from 1 to 65535."));
        }

        var protocol = body["protocol"] is null ? OutboundCall.Tcp : body.Text("protocol")?.ToUpperInvariant() ?? "";
        if (!Protocols.Contains(protocol))
        {
            problems.Add(new("protocol", $"'protocol' is one of {string.Join(", ", Protocols)}."));
        }

        return problems.Count == 0 ? new(host!, port, protocol, IPAddress.TryParse(host, out var literal) ? literal : null) : throw ApiException.Invalid(problems);
    }
}
